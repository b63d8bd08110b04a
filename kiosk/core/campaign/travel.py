"""Places on the way: stations, ports, vehicles and boards beside the road."""

from typing import Final

from kiosk.core.campaign.model import Profile
from kiosk.core.campaign.phrases import FAMILY, INSTALL, SCAN
from kiosk.core.wording import Words

BUS_STATION: Final = Profile(
    headline=("Lên xe an tâm,", "bật Bluezone."),
    headline_en="Ride at ease. Turn on Bluezone.",
    reason=Words(
        "Bluezone giúp bạn biết sớm, kín đáo, nếu từng ở gần người mắc COVID-19.",
        "Know early, in private, if you have been near someone with COVID-19.",
    ),
    call=Words("Quét mã trước giờ xe chạy.", "Scan before your bus leaves."),
    steps=(
        SCAN,
        INSTALL,
        Words("Bật Bluetooth và Bluezone suốt chuyến xe", "Keep Bluetooth and Bluezone on all the way"),
    ),
    family=Words(
        "Về đến nhà, nhờ bạn cài giúp bố mẹ, ông bà một lần.",
        "Once home, please install it for your parents and grandparents.",
    ),
    privacy=Words("Trạm không biết bạn đi đâu, chuyến nào.", "It does not know where you go or on which bus."),
    greeting=Words("Chào bà con cô bác đang chờ xe.", "Hello, everyone waiting for a bus."),
    address="bà con",
)

PORT: Final = Profile(
    headline=("Lên tàu an tâm,", "bật Bluezone."),
    headline_en="Board at ease. Turn on Bluezone.",
    reason=Words(
        "Một bến đón người từ nhiều miền, gặp nhau rồi mỗi người một ngả. "
        "Có Bluezone, ai cần biết sẽ được báo sớm, kín đáo.",
        "People from many places meet here and part again. "
        "With Bluezone, those who need to know hear early, in private.",
    ),
    call=Words("Quét mã trước giờ tàu rời bến.", "Scan before your boat leaves."),
    steps=(
        SCAN,
        INSTALL,
        Words("Bật Bluetooth và Bluezone suốt chuyến tàu", "Keep Bluetooth and Bluezone on all the way"),
    ),
    family=Words(
        "Về đến nhà, nhờ bạn cài giúp bố mẹ, ông bà một lần.",
        "Once home, please install it for your parents and grandparents.",
    ),
    privacy=Words("Trạm không biết bạn đi tàu nào, về bến nào.", "It does not know your boat or where you are going."),
    greeting=Words("Chào bà con cô bác đang chờ tàu.", "Hello, everyone waiting for a boat."),
    address="bà con",
)

VEHICLE: Final = Profile(
    headline=("Cùng chuyến xe,", "cùng Bluezone."),
    headline_en="Same ride, same Bluezone.",
    reason=Words(
        "Mấy tiếng chung xe là mấy tiếng ngồi gần nhau. Có Bluezone, cả chuyến cùng được báo sớm khi cần.",
        "Hours on one bus are hours side by side. With Bluezone, everyone aboard can hear early.",
    ),
    call=Words("Ngồi yên chỗ rồi, mời bạn quét mã.", "Once seated, scan the code."),
    steps=(
        SCAN,
        INSTALL,
        Words("Bật Bluetooth và Bluezone đến lúc xuống xe", "Bluetooth and Bluezone on until you get off"),
    ),
    family=Words(
        "Ngồi cạnh ai chưa rành máy, mời bạn giúp một tay.", "Is your neighbour not used to phones? Lend a hand."
    ),
    privacy=Words("Trạm không ghi số ghế, không ghi tên khách.", "It notes no seat and no passenger."),
    greeting=Words("Nhà xe xin chào bà con.", "Welcome aboard."),
    address="bà con",
)

OUTDOOR: Final = Profile(
    headline=("Quét mã", "cài Bluezone."),
    headline_en="Scan. Get Bluezone.",
    reason=Words("Một phút của bạn, yên tâm cho cả phố.", "One minute of yours, peace of mind for the street."),
    call=Words("Dừng xe hẳn rồi hãy quét.", "Stop safely, then scan."),
    steps=(
        Words("Dừng xe, mở máy ảnh", "Stop, open your camera"),
        Words("Quét mã, bấm Cài đặt", "Scan, tap Install"),
        Words("Bật Bluetooth và Bluezone", "Turn Bluetooth and Bluezone on"),
    ),
    family=FAMILY,
    privacy=Words("Trạm không chụp hình, không nhìn biển số.", "It takes no pictures and reads no number plates."),
    greeting=Words("Chào bà con cô bác.", "Hello, everyone."),
    address="bà con",
)
