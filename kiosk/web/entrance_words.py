"""Words of the entrance: claim, sign in, change the PIN. The copy deck's where it has them."""

from typing import Final

from kiosk.core.wording import Words

SIGN_IN: Final = Words("Đăng nhập", "Sign in")
SIGN_IN_HOW: Final = Words(
    "Nhập mã PIN của trạm. Quên mã thì rút điện trạm, cắm lại, rồi quét mã dành cho nhân viên trên màn hình.",
    "Enter the kiosk's PIN. Forgotten it? Unplug the kiosk, plug it in, scan the code for staff on its screen.",
)
PIN: Final = Words("Mã PIN", "PIN")
OLD_PIN: Final = Words("Mã PIN đang dùng", "PIN now")
NEW_PIN: Final = Words("Mã PIN mới, 6 đến 12 chữ số", "New PIN, 6 to 12 digits")
AGAIN: Final = Words("Nhập lại mã PIN mới", "New PIN again")
CODE: Final = Words("Mã 6 số đi kèm trạm", "6-digit code that came with the kiosk")
CLAIM: Final = Words("Tạo mã PIN cho trạm", "Set the kiosk's PIN")
CLAIM_HOW: Final = Words(
    "Mã 6 số nằm trên tờ giấy đi kèm trạm. Bạn tự chọn mã PIN, rồi báo cho người trực cùng ca.",
    "The 6-digit code is on the sheet that came with the kiosk. Choose a PIN and tell whoever shares your shift.",
)
CHANGE: Final = Words("Đổi mã PIN", "Change PIN")
CHANGE_HOW: Final = Words(
    "Đổi xong, mọi máy khác phải đăng nhập lại.", "Afterwards every other phone has to sign in again."
)
SAVE: Final = Words("Lưu", "Save")
NOT_NOW: Final = Words("Thôi", "Not now")

WRONG_PIN: Final = Words("Mã PIN chưa đúng. Bạn còn {n} lần thử.", "That PIN is not right. {n} tries left.")
LOCKED: Final = Words("Tạm khóa đến {at}. Quên mã PIN thì gọi {call}.", "Locked until {at}. Forgotten it? Call {call}.")
WRONG_CODE: Final = Words("Mã 6 số chưa đúng. Bạn còn {n} lần thử.", "That code is not right. {n} tries left.")
CLAIM_OVER: Final = Words(
    "Đã thử sai 5 lần. Rút điện trạm, đếm đến 10 rồi cắm lại để thử tiếp.",
    "Wrong five times. Unplug the kiosk, count to 10 and plug it in again to go on.",
)
LINK_USED: Final = Words(
    "Mã này đã có người dùng hoặc đã cũ. Quét lại mã dành cho nhân viên trên màn hình trạm.",
    "This code has been used or is old. Scan the code for staff on the kiosk's screen again.",
)
NOT_THE_SAME: Final = Words("Hai lần nhập mã PIN mới chưa giống nhau.", "The two new PINs are not the same.")
PIN_CHANGED: Final = Words("Đã đổi mã PIN.", "The PIN is changed.")
PERSON: Final = Words("người phụ trách", "the person in charge")
CARD: Final = Words("Dành cho nhân viên", "For staff")
CARD_HINT: Final = Words("Nhân viên quét mã này để đặt mã PIN.", "Staff: scan to set the PIN.")
