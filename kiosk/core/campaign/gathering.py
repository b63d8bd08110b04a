"""Places of gathering: where people shop, eat, rest, meet and live."""

from typing import Final

from kiosk.core.campaign.model import Profile
from kiosk.core.campaign.phrases import FAMILY, INSTALL, SCAN
from kiosk.core.wording import Words

MARKET: Final = Profile(
    headline=("Đi chợ vui,", "nhớ bật Bluezone."),
    headline_en="Happy shopping, Bluezone on.",
    reason=Words(
        "Chợ đông, người mua người bán gặp nhau thoáng chốc rồi quên. Bluezone nhớ giúp, có gì sẽ báo riêng cho bạn.",
        "At the market we meet for a moment and forget. Bluezone remembers, and tells only you if there is news.",
    ),
    call=Words("Quét mã ở cổng, rồi thong thả đi chợ.", "Scan at the gate, then shop at ease."),
    steps=(
        SCAN,
        INSTALL,
        Words("Bật Bluetooth và Bluezone, bỏ máy vào túi", "Bluetooth and Bluezone on, phone in your bag"),
    ),
    family=FAMILY,
    privacy=Words("Trạm không biết bạn mua gì, ghé hàng nào.", "It does not know what you buy or where you stop."),
    greeting=Words("Chào bà con cô bác đi chợ.", "Hello, shoppers and sellers."),
    address="bà con",
)

MALL: Final = Profile(
    headline=("Dạo chơi an tâm,", "bật Bluezone."),
    headline_en="Stroll and shop, Bluezone on.",
    reason=Words(
        "Người từ khắp phố chung một thang cuốn, một quầy thu ngân. Bluezone nhớ giúp, có gì sẽ báo riêng cho bạn.",
        "People from all over town share one escalator, one till. "
        "Bluezone remembers, and tells only you if there is news.",
    ),
    call=Words("Quét mã ở sảnh, rồi thong thả dạo chơi.", "Scan in the lobby, then stroll at ease."),
    steps=(
        SCAN,
        INSTALL,
        Words("Bật Bluetooth và Bluezone, rồi cứ dạo chơi", "Bluetooth and Bluezone on, then enjoy your stroll"),
    ),
    family=Words("Đi cùng cả nhà, nhờ bạn cài giúp từng máy.", "Here with family? Please install it on every phone."),
    privacy=Words(
        "Trạm không biết bạn ghé gian nào, mua gì.",
        "It does not know which shops you visit or what you buy.",
    ),
    greeting=Words("Chào mừng quý khách đến dạo chơi, mua sắm.", "Welcome, dear shoppers."),
    address="quý khách",
)

HOTEL: Final = Profile(
    headline=("Nghỉ ngơi", "an tâm hơn."),
    headline_en="Rest easy with Bluezone.",
    reason=Words(
        "Khách từ nhiều nơi gặp nhau ở một sảnh. Bluezone giúp bạn biết sớm, kín đáo, để chuyến đi trọn vẹn.",
        "Guests from many places share one lobby. Bluezone helps you know early, in private, and enjoy your trip.",
    ),
    call=Words("Quét mã trong lúc chờ nhận phòng.", "Scan while you check in."),
    steps=(
        Words("Mở máy ảnh hoặc Zalo, quét mã", "Scan with your camera"),
        INSTALL,
        Words("Bật Bluetooth và Bluezone suốt chuyến đi", "Keep Bluetooth and Bluezone on during your stay"),
    ),
    family=Words("Đi cùng ai, mời bạn rủ người ấy cùng cài.", "Travelling together? Ask your companions, too."),
    privacy=Words(
        "Trạm không biết bạn ở phòng nào, đi cùng ai.",
        "It does not know your room or your company.",
    ),
    greeting=Words("Chào mừng quý khách.", "Welcome, dear guests."),
    address="quý khách",
)

RESTAURANT: Final = Profile(
    headline=("Ngon miệng,", "yên lòng,", "bật Bluezone."),
    headline_en="Eat well, rest easy, Bluezone on.",
    reason=Words(
        "Bữa ngon là khi lòng thảnh thơi. Bluezone nhớ giúp những lần ngồi gần nhau, có gì sẽ báo riêng cho bạn.",
        "A good meal needs an easy mind. Bluezone remembers who sat near, and tells only you if there is news.",
    ),
    call=Words("Quét mã trong lúc chờ món.", "Scan while your food is on its way."),
    steps=(
        Words("Mở Zalo hoặc máy ảnh, quét mã", "Scan with your camera"),
        INSTALL,
        Words("Bật Bluetooth và Bluezone, rồi mời bạn dùng bữa", "Bluetooth and Bluezone on, and enjoy your meal"),
    ),
    family=Words("Cả bàn cùng cài, ai cũng yên lòng.", "Install it all round the table, and all rest easy."),
    privacy=Words("Trạm không biết bạn ngồi bàn nào, ăn với ai.", "It does not know your table or your company."),
    greeting=Words("Chúc quý khách ngon miệng.", "Enjoy your meal, dear guests."),
    address="quý khách",
)

COMMUNITY_HALL: Final = Profile(
    headline=("Cả xóm cùng cài,", "cả làng yên vui."),
    headline_en="Every house with Bluezone, a happy village.",
    reason=Words(
        "Họp thôn, đám cưới, văn nghệ, đông mới vui. Nhà nào cũng có Bluezone thì vui mà vẫn yên tâm.",
        "Meetings, weddings, singing: the more the merrier. With Bluezone in every house, merry and at ease.",
    ),
    call=Words(
        "Chưa rành máy? Nhờ con cháu quét giúp một lần.",
        "Not used to phones? Ask the young ones, just once.",
    ),
    steps=(
        SCAN,
        INSTALL,
        Words("Bật Bluetooth và Bluezone, cứ để vậy", "Bluetooth and Bluezone on, and leave them on"),
    ),
    family=Words(
        "Con cháu nhớ cài giúp ông bà, cô bác một lần nhé.",
        "Young ones, please install it once for your elders.",
    ),
    privacy=Words(
        "Trạm không biết nhà ai đi họp, nhà ai vắng.",
        "It does not know who came and who stayed home.",
    ),
    greeting=Words("Chào bà con trong thôn.", "Hello, neighbours."),
    address="bà con",
)

HOUSEHOLD: Final = Profile(
    headline=("Cả nhà cùng cài,", "cả nhà yên lòng."),
    headline_en="One home, everyone on Bluezone.",
    reason=Words(
        "Mỗi người trong nhà đi một ngả, gặp bao nhiêu là người. Có Bluezone, ai cần biết sẽ được báo sớm, kín đáo.",
        "Each of us goes a different way and meets many people. "
        "With Bluezone, those who need to know hear early, in private.",
    ),
    call=Words("Mỗi máy trong nhà quét một lần.", "Scan once with every phone at home."),
    steps=(
        SCAN,
        Words("Bấm Cài đặt, cài giúp cả ông bà", "Tap Install, on grandparents' phones too"),
        Words("Bật Bluetooth và Bluezone mỗi khi ra khỏi nhà", "Bluetooth and Bluezone on whenever you go out"),
    ),
    family=Words(
        "Ông bà, bố mẹ chưa rành máy, nhờ con cháu cài giúp một lần.",
        "Parents and grandparents not used to phones? Help them, just once.",
    ),
    privacy=Words(
        "Trạm đặt ở nơi đông người, không đặt ở nhà ai.",
        "Kiosks stand in public places, never in anyone's home.",
    ),
    greeting=Words("Chào bà con lối xóm.", "Hello, neighbours."),
    address="bà con",
)
