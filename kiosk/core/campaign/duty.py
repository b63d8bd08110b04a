"""Places of duty: where people work, learn, heal or stay because they must."""

from typing import Final

from kiosk.core.campaign.model import Declaration, Profile
from kiosk.core.campaign.phrases import DECLARATION, FAMILY, INSTALL, SCAN
from kiosk.core.wording import Words

OFFICE: Final = Profile(
    headline=("Đến cơ quan,", "bật Bluezone."),
    headline_en="At the office, Bluezone on.",
    reason=Words(
        "Chung phòng họp, chung thang máy, mỗi ngày ta gặp nhiều người hơn ta nhớ. "
        "Bluezone nhớ giúp, để ai cần thì biết sớm.",
        "Shared rooms, shared lifts: we meet more people than we remember. "
        "Bluezone remembers, so those who need to know hear early.",
    ),
    call=Words("Quét mã, cài xong rồi vào làm.", "Scan and install before work."),
    steps=(
        SCAN,
        INSTALL,
        Words("Bật Bluetooth và Bluezone, làm việc như thường", "Bluetooth and Bluezone on, then work as usual"),
    ),
    family=FAMILY,
    privacy=Words(
        "Trạm không chấm công, không ghi ai đến lúc nào.",
        "It keeps no attendance and does not note who came when.",
    ),
    greeting=Words("Chào cả cơ quan mình.", "Hello, colleagues."),
    address="anh chị",
)

HOSPITAL: Final = Profile(
    headline=("Vì người bệnh,", "bật Bluezone."),
    headline_en="For our patients: turn on Bluezone.",
    reason=Words(
        "Ở đây có nhiều người bệnh cần được bảo vệ. Mời bạn làm việc nhỏ này trước khi vào.",
        "Many people here need protecting. One small thing before you go in, please.",
    ),
    call=Words("Quét mã, cài Bluezone trước khi vào.", "Scan and install before you go in."),
    steps=(
        SCAN,
        INSTALL,
        Words("Bật Bluetooth và Bluezone suốt lúc ở đây", "Keep Bluetooth and Bluezone on while you are here"),
    ),
    family=Words(
        "Nhờ bạn cài giúp người bệnh và người nhà đi cùng.",
        "Please install it for the patient and family with you, too.",
    ),
    privacy=Words(
        "Trạm không biết bạn là ai, khám ở khoa nào.",
        "It does not know who you are or which ward you visit.",
    ),
    greeting=Words("Kính chào bà con đến khám và thăm bệnh.", "Welcome, patients and visitors."),
    address="bà con",
    declaration=DECLARATION,
)

QUARANTINE: Final = Profile(
    headline=("Xa nhau ít ngày,", "gần nhau dài lâu."),
    headline_en="A few days apart, many years together.",
    reason=Words(
        "Cảm ơn bạn đang ở lại đây vì mọi người. Có Bluezone, ngày về của bạn và gia đình nhẹ lòng hơn.",
        "Thank you for staying here for everyone. With Bluezone, going home is easier on you and your family.",
    ),
    call=Words("Cài Bluezone một lần, mỗi ngày thêm nhẹ lòng.", "Install Bluezone once, and rest easier each day."),
    steps=(
        SCAN,
        INSTALL,
        Words("Bật Bluetooth và Bluezone cả khi ở trong phòng", "Keep Bluetooth and Bluezone on, even in your room"),
    ),
    family=Words("Gọi về nhà, rủ cả nhà cùng cài bạn nhé.", "Call home and ask your family to install it, too."),
    privacy=Words("Trạm không ghi bạn ở phòng nào, gặp ai.", "It does not note your room or whom you meet."),
    greeting=Words("Chào bà con, chúc một ngày nhẹ nhõm.", "Hello everyone, we wish you an easy day."),
    address="bà con",
    declaration=Declaration(
        call=Words(
            "Cài Bluezone một lần, khai báo y tế mỗi ngày.",
            "Install Bluezone once, declare your health each day.",
        ),
        steps=(
            Words("Quét mã số 1, bấm Cài đặt", "Scan code 1, tap Install"),
            Words(
                "Bật Bluetooth và Bluezone cả khi ở trong phòng", "Keep Bluetooth and Bluezone on, even in your room"
            ),
            Words("Mỗi sáng quét mã số 2, khai báo y tế", "Each morning scan code 2 and declare"),
        ),
    ),
)

SCHOOL: Final = Profile(
    headline=("Cả nhà", "bật Bluezone,", "con đến lớp vui."),
    headline_en="Bluezone at home, happy days at school.",
    reason=Words(
        "Một lớp học là mấy chục gia đình gặp nhau mỗi ngày. Bố mẹ, ông bà cùng cài thì ai cũng được báo sớm khi cần.",
        "One class joins dozens of families every day. With Bluezone, each of them hears early when it matters.",
    ),
    call=Words("Bố mẹ quét mã lúc đưa đón con nhé.", "Parents, scan while you wait at the gate."),
    steps=(
        SCAN,
        Words("Bấm Cài đặt trên máy bố mẹ, ông bà", "Tap Install, on grandparents' phones too"),
        Words("Bật Bluetooth và Bluezone, để máy tự lo", "Bluetooth and Bluezone on, that is all"),
    ),
    family=Words(
        "Ai hay đưa đón con, nhờ bạn cài giúp người ấy luôn.",
        "Whoever brings the children to school, please install it for them, too.",
    ),
    privacy=Words("Trạm không biết em nào học lớp nào.", "It does not know any child or class."),
    greeting=Words("Chào các bậc phụ huynh và các em.", "Hello, parents and pupils."),
    address="bố mẹ",
)

INDUSTRIAL: Final = Profile(
    headline=("Vào ca an tâm,", "bật Bluezone."),
    headline_en="Start your shift with Bluezone on.",
    reason=Words(
        "Một ca làm, hàng trăm anh chị em sát vai nhau. Một người biết sớm là cả chuyền kịp giữ nhịp.",
        "Hundreds of us work shoulder to shoulder each shift. When one hears early, the whole line keeps its pace.",
    ),
    call=Words("Quét mã trước khi vào ca.", "Scan before your shift."),
    steps=(
        SCAN,
        INSTALL,
        Words("Bật Bluetooth và Bluezone, cất máy vào tủ cũng được", "Bluetooth and Bluezone on, even in your locker"),
    ),
    family=Words(
        "Tan ca, anh chị em rủ người cùng phòng trọ, cùng nhà cài luôn.",
        "After work, ask those you live with to install it, too.",
    ),
    privacy=Words(
        "Trạm không chấm công, không ghi ai đi đâu.",
        "It keeps no timesheet and does not note who goes where.",
    ),
    greeting=Words("Chào anh chị em trước giờ vào ca.", "Hello, everyone on the coming shift."),
    address="anh chị em",
)

PUBLIC_SERVICE: Final = Profile(
    headline=("Chờ đến lượt,", "cài Bluezone."),
    headline_en="While you wait, get Bluezone.",
    reason=Words(
        "Nơi này đón bà con suốt ngày. Tranh thủ lúc chờ số, bạn cài Bluezone để cùng giữ cho nhau.",
        "Many people come here every day. Use the wait to install Bluezone and look after one another.",
    ),
    call=Words("Quét mã trong lúc chờ gọi số.", "Scan while you wait for your number."),
    steps=(
        SCAN,
        INSTALL,
        Words(
            "Bật Bluetooth và Bluezone. Cần giúp, cứ hỏi quầy",
            "Bluetooth and Bluezone on. Ask the desk if you need help",
        ),
    ),
    family=FAMILY,
    privacy=Words("Trạm không nối với hồ sơ của bạn.", "It is not linked to your papers."),
    greeting=Words("Chào bà con đến làm giấy tờ.", "Hello, everyone waiting at the desks."),
    address="bà con",
)
