#!/bin/bash
# Build the guest: $OUT/{base.img,vmlinuz,initrd.img,id}, from $OUT/wheels and (kept between builds) the bare Debian
# $BASE. Called by image.py. Needs root and apt's mirrors. SUITE is bookworm or trixie.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); root=$OUT/root
packages=$(grep -v '^#' "$here/packages.txt" | paste -sd,)

if [ ! -e "$BASE" ]; then
  # the mirror this machine itself uses (deb822 or one-line sources)
  main=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true; } |
    grep -oE 'https?://[^ ]+/debian/?( |$)' | head -1 | tr -d ' ')
  main=${main:-http://deb.debian.org/debian}; main=${main%/}; security=${main%/debian}/debian-security
  mmdebstrap --variant=minbase --mode=root --include="$packages" --aptopt='Acquire::Languages "none"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' "$SUITE" "$BASE.part.tar" \
    "deb $main $SUITE main" "deb $main $SUITE-updates main" "deb $security $SUITE-security main"
  mv "$BASE.part.tar" "$BASE"
fi
rm -rf "$root"; mkdir "$root"; tar -C "$root" -xf "$BASE"

# Who it is, how to reach it (static address: no DHCP wait; no gateway: offline like a kiosk in a field)
echo pi > "$root/etc/hostname"; echo '127.0.0.1 localhost pi' > "$root/etc/hosts"; : > "$root/etc/fstab"
printf '[Match]\nType=ether\n[Network]\nAddress=10.0.2.15/24\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n' \
  > "$root/etc/systemd/network/10-eth.network"
[ -e "$OUT/id" ] || ssh-keygen -q -t ed25519 -N '' -f "$OUT/id"
install -d -m 700 "$root/root/.ssh"; cp "$OUT/id.pub" "$root/root/.ssh/authorized_keys"
printf 'UseDNS no\nPermitRootLogin yes\n' > "$root/etc/ssh/sshd_config.d/rig.conf"

# The virtual Bluetooth chip
install -m 755 "$here/guest/vhci_bridge.py" "$root/usr/local/bin/vhci_bridge.py"
install -m 644 "$here/guest/vhci-bridge.service" "$root/etc/systemd/system/"
printf 'SUBSYSTEM=="virtio-ports", ATTR{name}=="bt0", TAG+="systemd", ENV{SYSTEMD_WANTS}+="vhci-bridge.service"\n' \
  > "$root/etc/udev/rules.d/80-rig.rules"
systemctl --root="$root" -q enable systemd-networkd bluetooth ssh
# Wi-Fi is for the tests that start it (test_install.py): the cable is systemd-networkd's
systemctl --root="$root" -q disable NetworkManager NetworkManager-wait-online NetworkManager-dispatcher wpa_supplicant
printf '[keyfile]\nunmanaged-devices=interface-name:en*;interface-name:eth*;interface-name:wlan0\n' \
  > "$root/etc/NetworkManager/conf.d/rig.conf"
systemctl --root="$root" -q mask systemd-networkd-wait-online hostapd \
  e2scrub_reap.service e2scrub_all.timer apt-daily.timer apt-daily-upgrade.timer

# The kiosk's libraries, where docs/operations.md puts them; the kiosk itself comes in after boot, so that this image
# stays good while the project changes
cp -r "$OUT/wheels" "$root/wheels"
chroot "$root" python3 -m venv /opt/bluezone-kiosk/venv
chroot "$root" sh -c '/opt/bluezone-kiosk/venv/bin/pip install -q --no-index --no-deps /wheels/*.whl'
rm -rf "$root/wheels"

# A small initrd: only what finds the disk
printf 'virtio_pci\nvirtio_blk\next4\n' > "$root/etc/initramfs-tools/modules"
sed -i 's/^MODULES=.*/MODULES=list/; s/^COMPRESS=.*/COMPRESS=zstd/' "$root/etc/initramfs-tools/initramfs.conf"
[ -x "$root/usr/bin/zstd" ] || sed -i 's/^COMPRESS=.*/COMPRESS=gzip/' "$root/etc/initramfs-tools/initramfs.conf"
chroot "$root" update-initramfs -u -k all
cp "$root"/boot/vmlinuz-* "$OUT/vmlinuz"; cp "$root"/boot/initrd.img-* "$OUT/initrd.img"
truncate -s 3G "$OUT/base.img.part"
mkfs.ext4 -q -F -E lazy_itable_init=0 -d "$root" "$OUT/base.img.part"
mv "$OUT/base.img.part" "$OUT/base.img"
rm -rf "$root"
