# Runs one case in a root of its own, within namespaces of its own: machine.sh ROOT DIRECTORY DISK COMMAND...
# DISK is the size of the case's disk in bytes, or empty.
set -e
root=$1 directory=$2 disk=$3
shift 3
umask 022
hostname e7847229c547d8
mount --bind "$root" "$root"
for shared in usr/lib usr/lib64 usr/libexec usr/share/zoneinfo; do
    if [ -d "/$shared" ]; then mount --bind "/$shared" "$root/$shared"; fi
done
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=700 tmpfs "$root/root"
if [ -n "$disk" ]; then
    mount -t tmpfs -o "mode=755,size=$disk" tmpfs "$root/workspace"
    cp -a "$directory/." "$root/workspace/"
else
    mount --bind "$directory" "$root/workspace"
fi
mount -o remount,ro,bind "$root"
code=0
chroot "$root" /usr/bin/env -i -C /workspace \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root HOSTNAME=e7847229c547d8 \
    "$@" || code=$?
if [ -n "$disk" ]; then cp -a "$root/workspace/." "$directory/"; fi
exit $code
