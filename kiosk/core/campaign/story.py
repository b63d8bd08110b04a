"""Story: the sentences of press articles and of the radio spot, in the order in which they are told."""

from typing import Final

from kiosk.core.wording import Words

PLACES: Final = {
    "": Words("ở nhiều nơi đông người", "in many public places"),
    "office": Words("tại các cơ quan", "at offices"),
    "hospital": Words("tại các bệnh viện", "at hospitals"),
    "quarantine": Words("tại các khu cách ly", "at quarantine sites"),
    "school": Words("tại các trường học", "at schools"),
    "market": Words("tại các chợ", "at markets"),
    "mall": Words("tại các trung tâm thương mại", "at shopping malls"),
    "industrial": Words("tại các khu công nghiệp", "in industrial zones"),
    "hotel": Words("tại các khách sạn, nhà nghỉ", "at hotels and guest houses"),
    "restaurant": Words("tại các nhà hàng, quán ăn", "at restaurants"),
    "bus-station": Words("tại các bến xe", "at bus stations"),
    "port": Words("tại các bến tàu", "at ports"),
    "vehicle": Words("trên xe khách, tàu, phà", "on coaches, trains and ferries"),
    "public-service": Words("tại bộ phận một cửa", "at public-service desks"),
    "community-hall": Words("tại các nhà văn hóa thôn", "at village halls"),
    "household": Words("ở từng nhà", "in every home"),
    "outdoor": Words("trên các bảng ngoài trời", "on outdoor screens"),
}
"""Where the code is, when no venue is named."""
AT: Final = Words("tại {venue}", "at {venue}")

LEAD: Final = Words(
    "{Place}, chỉ cần quét một mã QR là cài được Bluezone.",
    "{Place}, one QR code is all it takes to install Bluezone.",
)
LEAD_OF_UNIT: Final = Words(
    "{unit} mời bà con cài Bluezone. {Place}, chỉ cần quét một mã QR.",
    "{unit} invites everyone to install Bluezone. {Place}, one QR code is all it takes.",
)

HOW: Final = (
    (0, Words("Bluezone làm việc lặng lẽ.", "Bluezone works quietly.")),
    (
        0,
        Words(
            "Hai điện thoại ở gần nhau ghi lại cho nhau một mã ngẫu nhiên, cứ 15 phút lại đổi.",
            "Two phones close together note a random code for each other, one that changes every 15 minutes.",
        ),
    ),
    (
        1,
        Words(
            "Khi cần, máy tự đối chiếu rồi báo riêng cho chủ máy, sớm và kín đáo.",
            "When needed, your own phone compares them and tells only you, early and in private.",
        ),
    ),
    (
        2,
        Words(
            "Nhìn vào mã, không ai biết được đó là máy của người nào.",
            "Looking at a code, nobody can tell whose phone it was.",
        ),
    ),
    (
        3,
        Words(
            "Mỗi ngày ta đi chợ, đi làm, đưa con đến lớp, gặp biết bao người không quen, không nhớ mặt. "
            "Bluezone nhớ giúp phần ấy.",
            "Every day we shop, work, take children to school, and meet many people we do not know and will not "
            "remember. Bluezone does that part for us.",
        ),
    ),
    (
        6,
        Words(
            "Hai chủ máy không cần quen nhau, cũng không phải làm gì; chỉ cần ở gần nhau một lúc.",
            "The two owners need not know each other or do anything; being close for a while is enough.",
        ),
    ),
)
THREE_STEPS: Final = Words(
    "Cài Bluezone chỉ có ba bước: một, {}; hai, {}; ba, {}.",
    "There are only three steps: first, {}; second, {}; third, {}.",
)
EASY: Final = (
    (1, Words("Ứng dụng miễn phí, cài chỉ mất ít phút.", "It is free and takes a few minutes.")),
    (
        2,
        Words(
            "Cài một lần, rồi cứ để Bluetooth và Bluezone bật suốt ngày, máy bỏ trong túi cũng được.",
            "Install it once, then leave Bluetooth and Bluezone on all day, even with the phone in your bag.",
        ),
    ),
    (
        3,
        Words(
            "Ai chưa rành máy, cứ nhờ con cháu hoặc người quanh đó giúp một tay.",
            "If someone is not used to phones, the young ones or a neighbour can lend a hand.",
        ),
    ),
    (
        4,
        Words(
            "Tắt máy mở lại, nhớ mở Bluezone thêm lần nữa, để máy lại nhớ giúp từ lúc ấy.",
            "After switching the phone off and on, open Bluezone once more, so that it remembers again from then on.",
        ),
    ),
)
DECLARATION: Final = Words(
    "Cạnh đó là mã số 2 để khai báo y tế, điền ngay trên điện thoại.",
    "Beside it, code 2 opens the health declaration, to be filled in on the phone.",
)
KIOSK: Final = (
    (
        0,
        Words(
            "Bên mã QR là trạm Bluezone, một hộp máy nhỏ nghe các điện thoại có Bluezone đi qua.",
            "Beside the code stands a Bluezone kiosk, a small box that hears passing phones with Bluezone.",
        ),
    ),
    (
        4,
        Words(
            "Nhờ vậy, hai người đến cùng lúc mà điện thoại không kịp nghe thấy nhau thì trạm vẫn nghe thấy cả hai.",
            "So when two people are there at the same time and their phones miss each other, the kiosk still hears "
            "both.",
        ),
    ),
)
KIOSK_ELSEWHERE: Final = (
    (
        0,
        Words(
            "Ở nhiều nơi đông người còn có trạm Bluezone, một hộp máy nhỏ nghe các điện thoại có Bluezone đi qua.",
            "Many public places also have a Bluezone kiosk, a small box that hears passing phones with Bluezone.",
        ),
    ),
)
"""For readers of a board or leaflet, who stand beside no kiosk."""
TOGETHER: Final = (
    (
        2,
        Words(
            "Một máy cài mà tắt thì chưa giúp được ai; hai máy cùng bật là hai nhà cùng yên tâm.",
            "One phone with Bluezone off helps nobody; two with Bluezone on are two homes at ease.",
        ),
    ),
    (
        3,
        Words(
            "Càng nhiều nhà cùng cài, ai cần biết càng được biết sớm.",
            "The more homes join, the sooner those who need to know will hear.",
        ),
    ),
    (
        5,
        Words(
            "Cài xong cho mình, mời bà con nhắn thêm một người thân, một người bạn, một người hàng xóm. "
            "Chỉ một tin nhắn là thêm một nhà cùng giữ cho nhau.",
            "Once you have it, please tell one relative, one friend, one neighbour. "
            "One message, and one more home looks after the others.",
        ),
    ),
    (
        6,
        Words(
            "Đeo khẩu trang, rửa tay, giữ khoảng cách vẫn là những việc nên làm mỗi ngày. Bluezone giúp thêm một tay.",
            "Masks, clean hands and some distance are still good every day. Bluezone lends one more hand.",
        ),
    ),
    (
        7,
        Words(
            "Bạn làm ở nơi đông người? Mời bạn in thêm một tờ áp phích, dán ở cửa vào.",
            "Do you work where many people come? Please print one more poster and put it up at the door.",
        ),
    ),
    (
        8,
        Words(
            "Nhà có cụ già dùng điện thoại thông minh, xin đừng quên máy của các cụ. "
            "Các cụ đi chợ, đi khám, đi chùa, gặp nhiều người không kém ai.",
            "If an elder at home has a smartphone, please do not forget it. "
            "Grandparents go to the market, the clinic and the pagoda, and meet as many people as anyone.",
        ),
    ),
    (
        9,
        Words(
            "Chủ quán, nhà xe, ban quản lý cũng giúp được: nhắc khách một câu lúc chờ, và giữ cho mã QR luôn sạch, "
            "luôn sáng.",
            "Owners, drivers and managers can help, too: with a word to guests while they wait, and a code that is "
            "always clean and well lit.",
        ),
    ),
)
ADDRESS: Final = Words(
    "Ở nhà, mời bà con vào {url} để cài.",
    "At home, visit {url} to install it.",
)

RADIO: Final = (
    Words(
        "Chào bà con cô bác. Mỗi ngày ta gặp nhiều người hơn ta nhớ. Bluezone nhớ giúp: nếu bà con từng ở gần người "
        "mắc COVID-19, ứng dụng sẽ báo riêng cho bà con, sớm và kín đáo.",
        "Hello, everyone. Every day we meet more people than we remember. Bluezone remembers: if you have been near "
        "someone with COVID-19, it tells you, early and in private.",
    ),
    Words(
        "Mời bà con vào {url}, hoặc quét mã Bluezone {place}. Cài xong, nhớ để Bluetooth và Bluezone luôn bật. "
        "Ứng dụng miễn phí. Cảm ơn bà con.",
        "Visit {url}, or scan the Bluezone code {place}. Then keep Bluetooth and Bluezone on. It is free. Thank you.",
    ),
)
"""Half a minute; the newsreader spells the address."""
