#!/bin/sh
# Puts the Chinese documentation of Debian, one folder a package, under target/debian-docs.
# Needs apt (any mirror) and dpkg-deb; nothing is installed.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)/target/debian-docs
mkdir -p "$root/archives"
cd "$root/archives"
for package in \
    debian-edu-doc-legacy-zh-cn debian-edu-doc-zh-cn debian-faq-zh-cn debian-handbook \
    debian-reference-zh-cn developers-reference fortunes-zh gimp-help-zh-cn gnome-user-docs \
    installation-guide-amd64 kicad-doc-zh lilypond-doc-html-zh linuxcnc-doc-zh-cn \
    maint-guide-zh-cn manpages-zh python3-jieba
do
    [ -d "../$package" ] && continue
    ls "$package"_*.deb >/dev/null 2>&1 || apt-get download "$package"
    dpkg-deb -x "$package"_*.deb "../$package"
done
