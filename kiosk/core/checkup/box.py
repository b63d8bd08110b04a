"""Checks of the box: configuration, service, clock, screen, disk, and what later versions bring."""

from typing import Final

from kiosk.core.checkup.evidence import Evidence
from kiosk.core.checkup.verdict import About, Check
from kiosk.core.faults import FULL_BYTES, NEARLY_FULL_BYTES
from kiosk.core.wording import Words, gigabytes

EXPOSURE: Final = 1.5
"""Most that `systemd-analyze security` may find in our unit (0: shut, 10: open)."""
WITHOUT_NETWORK: Final = {
    "battery": Words("đúng giờ, nhờ đồng hồ có pin", "on time, by its battery clock"),
    "staff": Words("đúng giờ, lấy từ điện thoại nhân viên", "on time, by the phone of a member of staff"),
}
INSTALL_UNIT: Final = (
    "sudo install -m 644 systemd/bluezone-kiosk.service -t /etc/systemd/system/"
    " && sudo systemctl daemon-reload && sudo systemctl enable bluezone-kiosk && sudo systemctl restart bluezone-kiosk"
)


def configuration(evidence: Evidence) -> Check:
    """Whether the configuration can be read."""
    about = About("config", Words("Cấu hình", "Configuration"))
    if evidence.config_error:
        return about.bad(
            "tệp cấu hình có chỗ sai",
            "something in the file is wrong",
            f"sudoedit {evidence.config_file}",
            evidence.config_error,
        )
    if not evidence.config_file:
        return about.ok("theo mặc định", "the defaults are in force")
    return about.ok(f"{evidence.config_file} đọc được", f"{evidence.config_file} is valid")


def running(evidence: Evidence) -> Check:
    """Whether the kiosk itself runs, and what it says of itself."""
    about = About("kiosk", Words("Trạm", "The kiosk"))
    if evidence.silence:
        mend = "sudo systemctl restart bluezone-kiosk" if evidence.unit.installed else "kiosk run"
        return about.bad("không trả lời", "does not answer", mend, evidence.silence)
    if not evidence.light:
        return about.unknown("không mở trang nên không hỏi được", "its page is switched off, so it cannot be asked")
    if evidence.light in ("amber", "red"):
        return about.warning("đang chạy, có cảnh báo", "it runs and has an alert", "kiosk status")
    return about.ok("đang chạy", "it runs")


def unit(evidence: Evidence) -> Check:
    """Whether the kiosk is a service, and how well it is locked in."""
    about = About("unit", Words("Dịch vụ và khóa an toàn", "Service and its hardening"))
    found = evidence.unit
    if not found.systemd:
        return about.unknown("máy này không chạy systemd", "this machine does not run systemd")
    if not found.installed:
        return about.bad(
            "chưa cài dịch vụ: mất điện là trạm không tự chạy lại",
            "not installed: after a power cut the kiosk does not start by itself",
            INSTALL_UNIT,
        )
    if found.exposure is None:
        return about.unknown("systemd-analyze không trả lời", "systemd-analyze gives no answer")
    if found.exposure > EXPOSURE:
        return about.bad(
            f"mức hở {found.exposure:.1f}, quá {EXPOSURE}",
            f"exposure {found.exposure:.1f}, more than {EXPOSURE}",
            INSTALL_UNIT,
        )
    return about.ok(f"mức hở {found.exposure:.1f}", f"exposure {found.exposure:.1f}")


def clock(evidence: Evidence) -> Check:
    """Whether the clock is synchronised, or the kiosk sure of its time all the same: a wrong hour is a wrong id."""
    about = About("clock", Words("Đồng hồ", "Clock"))
    if by := WITHOUT_NETWORK.get(evidence.clock_source):
        return about.ok(by.vi, by.en)
    match evidence.bus.synchronised:
        case None:
            return about.unknown("không hỏi được systemd", "systemd could not be asked")
        case True:
            return about.ok("đúng giờ", "on time")
        case False:
            return about.bad(
                "chưa chắc giờ; cắm dây mạng rồi bật lấy giờ",
                "not sure of the time; plug in the network cable, then",
                "sudo timedatectl set-ntp true",
            )


def display(evidence: Evidence) -> Check:
    """Whether the wall has something to be painted on."""
    about = About("display", Words("Màn hình", "Screen"))
    screen = evidence.screen
    if screen.missing:
        names = ", ".join(screen.missing)
        mend = f"sudo {evidence.pip} install {' '.join(screen.missing)}"
        if screen.surface == "browser":
            mend = "sudo apt-get install cage chromium"
        return about.bad(f"{screen.surface} cần {names}", f"{screen.surface} needs {names}", mend)
    if screen.surface in ("png", "none", "epaper"):
        return about.ok(f"không dùng màn hình ({screen.surface})", f"no screen is asked for ({screen.surface})")
    if screen.present:
        on = f" ({', '.join(screen.connected)})" if screen.connected else ""
        return about.ok(f"có {screen.framebuffer}{on}", f"{screen.framebuffer} is there{on}")
    force = "sudo sed -i '1s/$/ video=HDMI-A-1:1920x1080@60D/' /boot/firmware/cmdline.txt && sudo reboot"
    told = Words(
        f"không có {screen.framebuffer}; bật màn hình, cắm chặt dây hình, nếu vẫn không thấy thì",
        f"there is no {screen.framebuffer}; switch the screen on, push its cable in, and if that does not help",
    )
    return about.bad(*told, force) if screen.surface == "framebuffer" else about.warning(*told, force)


def proof(evidence: Evidence) -> Check:
    """Whether the box can read its own QR code back."""
    about = About("proof", Words("Đọc lại mã QR", "Reading the QR code back"))
    if evidence.screen.reads_codes:
        return about.ok("có zxing", "zxing is there")
    return about.warning(
        "chưa có zxing: trạm không tự biết khách có thấy mã QR không",
        "zxing is missing: the kiosk cannot tell whether visitors see the code",
        f"sudo {evidence.pip} install 'zxing-cpp~=3.1'",
    )


def loudspeaker(evidence: Evidence) -> Check:
    """Whether the announcements can be spoken and played."""
    about = About("loudspeaker", Words("Loa phát thanh", "Loudspeaker"))
    if evidence.speech is None:
        return about.ok("không dùng", "not used")
    if not evidence.speech:
        return about.ok("đọc và phát được", "can speak and play")
    names = ", ".join(evidence.speech)
    packages = {"aplay": "sudo apt-get install alsa-utils", "piper": f"sudo {evidence.pip} install piper-tts"}
    mend = " && ".join(packages.get(name, f"sudo apt-get install {name}") for name in evidence.speech)
    return about.bad(f"thiếu {names}", f"{names} is missing", mend)


def disk(evidence: Evidence) -> Check:
    """Whether there is room for the store, by the limits of the page."""
    about = About("disk", Words("Thẻ nhớ", "Memory card"))
    free = evidence.free_bytes
    if free is None:
        return about.unknown(f"không xem được {evidence.folder}", f"{evidence.folder} cannot be looked at")
    room = gigabytes(free)
    told = Words(f"còn trống {room.vi}", f"{room.en} free")
    clean = "sudo journalctl --vacuum-size=50M && sudo apt-get clean"
    if free < FULL_BYTES:
        return about.bad(*told, clean)
    return about.warning(*told, clean) if free < NEARLY_FULL_BYTES else about.ok(*told)


def store(evidence: Evidence) -> Check:
    """Whether a file of the store was found damaged. What is set aside goes by itself when its days are over."""
    about = About("store", Words("Sổ ghi", "The store"))
    if not evidence.damaged:
        return about.ok("không có sổ hỏng", "nothing damaged")
    many, where = len(evidence.damaged), f"{evidence.folder}/damaged"
    return about.warning(
        f"{many} sổ hỏng đã được để riêng; thẻ nhớ có thể sắp hỏng, chép chúng ra rồi xóa đi",
        f"{many} damaged and set aside; the card may be failing. Copy them, then remove them",
        f"sudo cp -a {where} /root/ && sudo rm -r {where}",
        ", ".join(evidence.damaged),
    )
