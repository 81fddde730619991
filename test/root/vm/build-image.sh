#!/usr/bin/env bash
# A Debian of this machine's processor with systemd, this machine's node and the project as a package would install it, as a kernel and an
# initramfs: build-image.sh FOLDER. Needs root, mmdebstrap, cpio and Debian's mirror.
set -euo pipefail
folder=$1
project=$(cd "$(dirname "$0")/../../.." && pwd)
root=$folder/root
mkdir -p "$root"

mmdebstrap --quiet --variant=minbase --mode=root \
  --aptopt='APT::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='force-unsafe-io' \
  --include=systemd,systemd-sysv,udev,iproute2,kmod,ethtool,libstdc++6,procps,tcpreplay,linux-image-amd64 \
  "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$folder/root.tar" >"$folder/mmdebstrap.log" 2>&1
tar -C "$root" -xf "$folder/root.tar"
rm "$folder/root.tar"

kernel=$(basename "$root"/lib/modules/*)
cp "$root/boot/vmlinuz-$kernel" "$folder/vmlinuz"
# An emulated processor unpacks what is here: only what the test loads stays.
for module in net/llc/llc net/802/stp net/bridge/bridge drivers/net/veth; do
  install -D "$root/lib/modules/$kernel/kernel/$module.ko" "$folder/modules/$module.ko"
done
rm -rf "$root"/usr/lib/modules/*/* "$root"/boot/* "$root"/var/cache/* "$root"/var/lib/apt/* "$root"/usr/share/zoneinfo "$root"/usr/lib/udev/hwdb*
mkdir -p "$root/usr/lib/modules/$kernel"
cp -r "$folder/modules" "$root/usr/lib/modules/$kernel/kernel"
chroot "$root" depmod "$kernel" 2>/dev/null
strip -o "$root/usr/bin/node" "$(readlink -f "$(command -v node)")"

# The project, as its installation page says: program, dependencies of the program, units, network.
opt=$root/opt/callseal
mkdir -p "$opt/node_modules"
cp -r "$project/dist" "$project/package.json" "$project/systemd" "$opt/"
cp -r "$project"/node_modules/{commander,koffi,@koromix} "$opt/node_modules/"
etc=$root/etc
mkdir -p "$etc"/{sysusers.d,tmpfiles.d,sysctl.d,systemd/network,systemd/system.conf.d,systemd/system,udev/rules.d}
cp "$project"/systemd/sysusers.d/* "$etc/sysusers.d/"
cp "$project"/systemd/tmpfiles.d/* "$etc/tmpfiles.d/"
cp "$project"/systemd/sysctl.d/* "$etc/sysctl.d/"
cp "$project"/systemd/udev/* "$etc/udev/rules.d/"
cp "$project"/systemd/network/* "$etc/systemd/network/"
cp "$project"/systemd/system.conf.d/* "$etc/systemd/system.conf.d/"
cp "$project"/systemd/system/* "$etc/systemd/system/"
chroot "$root" systemctl enable systemd-networkd callseal-tap.target >/dev/null 2>&1

mkdir -p "$root/opt/vm"
cp "$(dirname "$0")"/{wire,guest}.sh "$root/opt/vm/"
cp "$project/test/cases/sip-udp-rtp-plain/capture.pcap" "$root/opt/vm/"
cp "$(dirname "$0")"/*.service "$etc/systemd/system/"
chroot "$root" systemctl enable vm-wire.service vm-test.service >/dev/null 2>&1
ln -sf /lib/systemd/systemd "$root/init"
: >"$root/etc/machine-id"

(cd "$root" && find . | cpio -o -H newc --quiet) >"$folder/initrd"
rm -rf "$root" "$folder/modules"
