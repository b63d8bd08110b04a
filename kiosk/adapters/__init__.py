"""Adapters: one file per outside thing, the only rooms that know its library; its errors are translated here.

    bluez.py         one Bluetooth controller: power, recovery, sudden ends             [dbus_fast]
    bluez_advert.py  Advertiser: our LEAdvertisement1                                   [dbus_fast]
    bleak_radio.py   Scanner and GattReader                                             [bleak]
    paint.py         a Screen as a picture, QR included                                 [PIL, qrcode]
    framebuffer.py   Display: a picture on /dev/fb0                                     [PIL]
    browser.py       Display: Chromium under cage, with a panel behind it
    epaper.py        Display: e-paper; epaper_panel.py is the driver's own process        [PIL]
    png.py           Display: the wall as PNG, for browsers and files
    eye.py           Eye: what stands on the wall, read back                             [PIL]
    code_reading.py  ... and the codes in it, in a process of its own                    [zxing-cpp]
    child.py         a short-lived process of ours for a library that the daemon should not hold
    bus_checkup.py   what bluetoothd and systemd answer, for the doctor                 [dbus_fast]
    machine.py       /sys, /proc, /etc and programs, for the doctor
    memory.py        glibc hands large pictures back; no certificates that nobody needs
    system.py        Clock, the root key's file, Host (systemd), the journal

May import: ports, config, core, errors. `bleak_radio`, `bluez_advert` and `bus_checkup` stand on `bluez`, the one
exception to "never beside": all speak to the same bluetoothd. Services never import this room; `app` hands it out.
"""
