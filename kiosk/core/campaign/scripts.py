"""Scripts of the loudspeaker: `{greeting}` is the profile's, [...] is said only where a kiosk stands."""

from typing import Final

from kiosk.core.wording import Words

THANKS: Final = Words("Cảm ơn bà con.", "Thank you.")

INSTALL: Final = {
    15: Words(
        "{greeting} Mời bà con quét mã {where} để cài Bluezone, rồi nhớ bật Bluetooth. "
        "Ứng dụng miễn phí, cài chỉ mất ít phút. Có Bluezone, ai cần biết sẽ được biết sớm.",
        "{greeting} Scan the code {where}, install Bluezone and turn Bluetooth on. "
        "It is free and quick. Those who need to know will hear early.",
    ),
    30: Words(
        "{greeting} Mỗi ngày ta gặp nhiều người hơn ta nhớ. Bluezone nhớ giúp: nếu bà con từng ở gần người mắc "
        "COVID-19, ứng dụng sẽ báo riêng cho bà con, sớm và kín đáo.\n\n"
        "Mời bà con mở Zalo hoặc máy ảnh, quét mã {where}, bấm cài đặt, rồi bật Bluetooth. Ứng dụng miễn phí. "
        "[Trạm ở đây không hỏi tên, không hỏi số điện thoại.] Cảm ơn bà con.",
        "{greeting} Every day we meet more people than we remember. Bluezone remembers: if you have been near "
        "someone with COVID-19, it tells you, early and in private.\n\n"
        "Scan the code {where}, tap Install, and turn Bluetooth on. It is free. "
        "[This kiosk asks for no name and no phone number.] Thank you.",
    ),
    60: Words(
        "{greeting} Xin dành một phút nói chuyện Bluezone.\n\n"
        "Mỗi ngày ta gặp nhiều người, phần đông không quen, không nhớ mặt. Nếu chẳng may trong số đó có người mắc "
        "COVID-19, ai cũng mong mình được biết sớm để lo cho người nhà. Bluezone giúp việc ấy: hai điện thoại ở gần "
        "nhau thì ghi lại cho nhau một mã ngẫu nhiên. Khi cần, máy tự đối chiếu rồi báo riêng cho chủ máy.\n\n"
        "Cài rất nhanh. Một, mở Zalo hoặc máy ảnh, quét mã {where}. Hai, bấm cài đặt. Ba, bật Bluetooth rồi cất máy, "
        "không phải làm gì thêm. Ai chưa rành máy, cứ nhờ con cháu hoặc người quanh đây giúp một tay.\n\n"
        "[Trạm ở đây chỉ nghe mã ngẫu nhiên, cứ mười lăm phút lại đổi, không hỏi tên, không hỏi số điện thoại.] "
        "Càng nhiều nhà cùng cài, cả tỉnh càng yên tâm. Cảm ơn bà con.",
        "{greeting} One minute about Bluezone.\n\n"
        "Every day we pass many people we do not know or remember. If one of them has COVID-19, we would "
        "all like to hear early. That is what Bluezone does: two phones close together note a random code for each "
        "other. When needed, your own phone compares them and tells only you.\n\n"
        "It is quick. One: scan the code {where}. Two: tap Install. Three: turn Bluetooth on and put your phone away. "
        "Not used to phones? Ask the young ones or someone nearby.\n\n"
        "[The kiosk here hears only random codes that change every fifteen minutes. It asks for no name and no phone "
        "number.] The more homes join, the easier we all rest. Thank you.",
    ),
}

KEEP_ON: Final = {
    15: Words(
        "{greeting} Ai có Bluezone rồi, mời bà con xem lại giúp: Bluetooth đang bật, Bluezone đang mở. "
        "Xong, cứ bỏ máy vào túi. Cảm ơn bà con.",
        "{greeting} Already have Bluezone? Please check that Bluetooth is on and Bluezone is open, "
        "then put your phone away. Thank you.",
    ),
    30: Words(
        "{greeting} Cảm ơn bà con đã cài Bluezone. Ứng dụng chỉ nhớ giúp được khi Bluetooth và Bluezone cùng bật.\n\n"
        "Mời bà con mở máy xem một chút. Bluetooth tắt thì bấm bật lên. Mở Bluezone một lần, rồi bỏ máy vào túi. "
        "Tắt máy mở lại, nhớ mở Bluezone thêm lần nữa. Cảm ơn bà con.",
        "{greeting} Thank you for installing Bluezone. It can remember for you only while Bluetooth and Bluezone are "
        "both on.\n\n"
        "Please take a look at your phone now. If Bluetooth is off, turn it on. Open Bluezone once, then put your "
        "phone away. After a restart, open Bluezone again. Thank you.",
    ),
    60: Words(
        "{greeting} Xin dành một phút cho ai đã cài Bluezone.\n\n"
        "Cài Bluezone là việc tốt, để Bluezone chạy suốt ngày còn tốt hơn. Hai điện thoại ở gần nhau chỉ ghi được mã "
        "ngẫu nhiên của nhau khi cả hai cùng bật. Một máy tắt là cả hai cùng quên.\n\n"
        "Nhờ bà con làm ba việc. Một, xem Bluetooth đã bật chưa. Hai, mở Bluezone một lần rồi để đó, đừng vuốt tắt. "
        "Ba, tắt máy mở lại thì mở Bluezone thêm lần nữa. Ai chưa rành máy, cứ nhờ con cháu hoặc người quanh đây giúp "
        "một tay.\n\n"
        "[Trạm ở đây chỉ nghe mã ngẫu nhiên, không hỏi tên, không hỏi số điện thoại.] Ai không muốn máy mình được "
        "nghe thấy thì cứ tắt Bluetooth. Cảm ơn bà con.",
        "{greeting} One minute for everyone who has Bluezone.\n\n"
        "Installing Bluezone is good; keeping it on all day is better. Two phones close together can note each other's "
        "random codes only while both are on. If one is off, both forget.\n\n"
        "Please do three things. One: see that Bluetooth is on. Two: open Bluezone once and leave it open. "
        "Three: after a restart, open Bluezone again. Not used to phones? Ask the young ones or someone nearby.\n\n"
        "[The kiosk here hears only random codes. It asks for no name and no phone number.] Rather not be heard? "
        "Turn Bluetooth off. Thank you.",
    ),
}

PREVENTION: Final = (
    Words("Đến nơi đông người, mời bà con đeo khẩu trang.", "Please wear a mask where there are many people."),
    Words("Lúc đến, lúc về, nhớ rửa tay với xà phòng.", "Wash your hands with soap when you come and when you go."),
    Words("Khi xếp hàng, đứng cách nhau một sải tay.", "In a queue, stand an arm's length and more apart."),
    Words(
        "Ai thấy sốt, ho, khó thở, mời nghỉ ở nhà và gọi cho y tế phường, xã.",
        "With a fever, a cough or short breath, please stay home and call your local health station.",
    ),
    Words(
        "Khi ho, hắt hơi, che miệng bằng khăn hoặc khuỷu tay áo.",
        "When you cough or sneeze, cover your mouth with a tissue or your sleeve.",
    ),
    Words(
        "Mở cửa cho thoáng, lau tay nắm, mặt bàn, chỗ nhiều người chạm vào.",
        "Let fresh air in, and wipe handles, tables and what many hands touch.",
    ),
    Words("Chuyến đi, bữa tiệc nào chưa cần, mời bà con để dịp sau.", "If a trip or a party can wait, let it wait."),
    Words("Nhà có cụ già, người ốm, ta giữ cho các cụ trước.", "At home, think first of the old and the ill."),
    Words("Và nhớ bật Bluetooth cùng Bluezone khi ra khỏi nhà.", "And keep Bluetooth and Bluezone on when you go out."),
)
"""Editable: [loudspeaker] of the configuration takes their place."""
