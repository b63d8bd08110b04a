"""Words of sync: what each choice of sharing means, in one sentence. docs/privacy.md has the same ones."""

from typing import Final

from kiosk.core.wording import Words

SENTENCES: Final = {
    "nothing": Words(
        "Trạm chỉ báo tình trạng máy, không gửi gì về điện thoại đã gặp.",
        "The kiosk reports how it is itself, and nothing about the phones it met.",
    ),
    "matches": Words(
        "Các lượt gặp nằm lại trong trạm; mã chỉ rời trạm khi có yêu cầu đã ký về một ca bệnh.",
        "Encounters stay on this kiosk; ids leave it only in answer to a signed request about a case.",
    ),
    "encounters": Words(
        "Mọi lượt gặp được gửi về trung tâm, không kèm tên hay số máy nào.",
        "Every encounter goes to the centre, without any name or number.",
    ),
}
