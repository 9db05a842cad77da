#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Signed packages of other Debian suites and processors for an ordinary user: a private apt root in
# the build directory that uses the machine's mirror. Changes nothing of the system's apt.
set -eu

LC_ALL=C; export LC_ALL
lib=$(cd "$(dirname "$0")/../../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"

# shellcheck disable=SC1091 # the machine's
codename=$(. /etc/os-release && echo "${VERSION_CODENAME-sid}")
# Backports of the machine's own release for programs to run here, newer suites for kernels and
# sources.
NEWER_SUITES="$codename-backports trixie trixie-backports forky sid experimental"
KEEP_MINUTES=1440

usage()
{
	cat <<'EOT'
usage: archive.sh [--build DIR] [--arch ARCH] COMMAND
  refresh [--force]              update package lists that are older than a day, or all (--force)
  list REGEX                     print "package version suite" of packages whose whole name matches,
                                 oldest version first
  deb PACKAGE VERSION            download a binary package, print the path of the file
  source PACKAGE SUITE           download a source package, print the directory of its files
Files are kept in DIR/archive (default of DIR: $BUILD, else build/ in the checkout).
ARCH is Debian's name of the packages' processor (default: this machine's). For another processor the
machine's own suite is searched too, as its packages match the installed cross compiler.
$ARCHIVE_SUITES is a list of the suites to search.
EOT
}

# private_root NAME TYPE SUITES: make "$archive/NAME" an apt root that knows SUITES, and use it.
private_root()
{
	root=$archive/$1
	command -v apt-get >/dev/null || die "apt-get: not found: this needs Debian's apt"
	mkdir -p "$root/lists/partial" "$root/cache/archives/partial" ||
		die "$root: cannot be written: choose another directory with --build"
	# Remember until the next refresh that the mirror lacks a suite.
	if [ ! -e "$root/suites" ] || [ "$(cat "$root/wanted" 2>/dev/null)" != "$3" ]; then
		printf '%s\n' "$3" >"$root/wanted"
		printf '%s\n' "$3" >"$root/suites"
		rm -f "$root/stamp"
	fi
	: >"$root/status"
	type=$2
	machine_conf=${APT_CONFIG-}
	write_conf
	APT_CONFIG=$root/apt.conf
	export APT_CONFIG
}

# Copy only the settings for downloads (proxy, retries, compression) from the machine's
# configuration. Hooks, pins and additional downloads (apt-file's lists of contents) are for the
# system's own packages.
write_conf()
{
	{
		apt-config dump | grep '^Acquire::' | grep -vE '^Acquire::(IndexTargets|Languages)' || :
		cat <<-EOT
		Dir::Etc::main "/dev/null";
		Dir::Etc::parts "/dev/null";
		Dir::Etc::sourcelist "$root/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Dir::State::Lists "$root/lists";
		Dir::State::status "$root/status";
		Dir::Cache "$root/cache";
		Dir::Cache::pkgcache "pkgcache.bin";
		Dir::Cache::srcpkgcache "srcpkgcache.bin";
		Dir::Log "$root";
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; };
		APT::Sandbox::User "";
		APT::Update::Error-Mode "any";
		Acquire::PDiffs "false";
		Acquire::Languages "none";
		EOT
	} >"$root/apt.conf.$$"
	mv "$root/apt.conf.$$" "$root/apt.conf"
}

# with_machine COMMAND…: run it with the machine's own apt configuration.
with_machine()
{
	if [ -n "$machine_conf" ]; then
		APT_CONFIG=$machine_conf "$@"
	else
		env -u APT_CONFIG "$@"
	fi
}

# Finds the mirror of Debian's main archive in the machine's configuration. If the machine has no
# package lists, only addresses are known. Then it is the one with CODENAME-updates: third-party
# archives may have a suite CODENAME, but not that one.
mirror_find()
{
	format="\$(CREATED_BY) \$(ORIGIN) \$(LABEL) \$(COMPONENT) \$(REPO_URI)"
	mirror=$(with_machine apt-get indextargets --format "$format" 2>/dev/null |
		sed -n 's/^Packages Debian Debian main //p' | grep -v '^cdrom:' | head -n 1) || :
	[ -z "$mirror" ] || return 0
	uris=$(with_machine apt-get update --print-uris 2>/dev/null || :)
	for release in "$codename-updates" "$codename" stable testing unstable sid; do
		mirror=$(printf '%s\n' "$uris" |
			sed -n "s|^'\(.*/\)dists/$release/InRelease'.*|\1|p" | head -n 1)
		[ -z "$mirror" ] || return 0
	done
	die "the machine's apt sources: no mirror of Debian's main archive among them: add one"
}

write_sources()
{
	mirror_find
	for keyring in /usr/share/keyrings/debian-archive-keyring.gpg \
		       /usr/share/keyrings/debian-archive-keyring.pgp; do
		[ ! -e "$keyring" ] || break
	done
	[ -e "$keyring" ] ||
		die "$keyring: not found: apt-get install debian-archive-keyring"
	# shellcheck disable=SC2013 # words are wanted
	for suite in $(cat "$root/suites"); do
		echo "$type [arch=$arch signed-by=$keyring] $mirror $suite main"
	done >"$root/sources.list.$$"
	mv "$root/sources.list.$$" "$root/sources.list"
}

lists_fresh() { [ -n "$(find "$root/stamp" -mmin "-$KEEP_MINUTES" 2>/dev/null)" ]; }

# drop_suite SUITE WHY: continue without it.
drop_suite()
{
	say "suite $1: left out: $2"
	# shellcheck disable=SC2013 # words are wanted
	for suite in $(cat "$root/suites"); do
		[ "$suite" = "$1" ] || echo "$suite"
	done >"$root/suites.$$"
	mv "$root/suites.$$" "$root/suites"
}

# After a failed update: if only missing suites caused the failure, drops them and succeeds.
only_missing_suites()
{
	refused=$(sed -n "s/^E: The repository '[^ ]* \([^ ]*\) [A-Za-z]*' \(.*\)/\1 \2/p" "$root/log")
	others=$(grep '^E: ' "$root/log" | grep -v '^E: The repository ' || :)
	[ -n "$refused" ] && [ -z "$others" ] || return 1
	printf '%s\n' "$refused" >"$root/refused"
	while read -r suite why; do
		drop_suite "$suite" "$why"
	done <"$root/refused"
	rm -f "$root/refused"
	[ -s "$root/suites" ]
}

refresh()
{
	if [ "${1-}" != --force ] && lists_fresh; then
		return 0
	fi
	cp "$root/wanted" "$root/suites"
	write_sources
	say "fetching the package lists from $mirror"
	if apt-get -q update </dev/null >"$root/log" 2>&1; then
		touch "$root/stamp"
	elif only_missing_suites; then
		write_sources
		touch "$root/stamp"
	else
		refresh_failed
	fi
}

# Prints the cure. Some failures are not the network's.
cure_of()
{
	case $1 in
	*'is expired'*) echo "the mirror is out of date, or this machine's clock is ahead ($(date)): check both" ;;
	*'Mirror sync in progress'*) echo "the mirror is being updated: run again in some minutes" ;;
	*'not valid yet'*) echo "this machine's clock is behind ($(date)): set it" ;;
	*) echo "check the network and apt's proxy" ;;
	esac
}

# Continue with old lists, if there are any: packages that were fetched stay usable without a
# network.
refresh_failed()
{
	why=$(sed -n 's/^E: //p' "$root/log" | head -n 1)
	[ -e "$root/stamp" ] ||
		die "package lists: ${why:-apt-get update failed}: $(cure_of "$why")"
	say "package lists: ${why:-apt-get update failed}: going on with those of" \
	    "$(date -r "$root/stamp" '+%Y-%m-%d %H:%M')"
}

list()
{
	apt-cache pkgnames | grep -Ex -- "$1" >"$root/names.$$" || :
	if [ -s "$root/names.$$" ]; then
		xargs apt-cache madison <"$root/names.$$" |
			sed -n 's/^ *\([^ ]*\) | *\([^ ]*\) | [^ ]* \([^ /]*\)\/.* Packages$/\1 \2 \3/p' |
			sort -V -k 2,2 # sort -V knows Debian's "~"
	fi
	rm -f "$root/names.$$"
}

# fetch DIRECTORY COMMAND…: let an apt-get download fill DIRECTORY, which appears only when it is
# complete. apt compares each file with the hash in the signed index. If the mirror allows it, apt
# resumes a broken download in DIRECTORY.part.
fetch()
{
	target=$1; shift
	mkdir -p "$target.part"
	if (cd "$target.part" && "$@") </dev/null >"$root/log" 2>&1; then
		mv "$target.part" "$target"
		return 0
	fi
	why=$(sed -n 's/^E: //p' "$root/log" | head -n 1)
	case $why in
	*[Hh]ash*|*size*) rm -rf "$target.part" ;;
	esac
	die "${target##*/}: ${why:-apt-get failed}: check network and space;" \
	    "if the lists are old: archive.sh refresh --force"
}

# have_deb: print the package's path if it was fetched. Needs neither lock nor apt.
have_deb()
{
	for file in "$have"/*.deb; do
		[ -f "$file" ] || return 1
		printf '%s\n' "$file"
	done
}

deb()
{
	have=$archive/packages/$1_$2$foreign
	have_deb && return 0
	mkdir -p "$archive/packages"
	lock
	private_root "binary$foreign" deb "$suites"
	refresh
	# The run that held the lock may have fetched it.
	have_deb && return 0
	say "fetching $1 $2"
	fetch "$have" apt-get -q download "$1=$2"
	have_deb
}

source_package()
{
	version=$(apt-cache showsrc --only-source "$1" 2>/dev/null |
		sed -n 's/^Version: //p' | sort -V | tail -n 1)
	[ -n "$version" ] || die "$1: no such source package in $2: see archive.sh list"
	have=$archive/sources/$1_$version
	mkdir -p "$archive/sources"
	if [ ! -d "$have" ]; then
		say "fetching source of $1 $version"
		fetch "$have" apt-get -q source --download-only --only-source "$1=$version"
	fi
	printf '%s\n' "$have"
}

# If two runs overlap, the second waits and then finds all files.
lock()
{
	mkdir -p "$archive" 2>/dev/null ||
		die "$archive: cannot be made: choose another directory with --build"
	(: >>"$archive/lock") 2>/dev/null || die "$archive/lock: cannot be written: is it another user's?"
	exec 9>"$archive/lock"
	flock -n 9 && return 0
	say "waiting for another run that uses $archive"
	flock 9
}

# Sets arch, suites, and foreign (a suffix for directories of another processor).
choose_arch()
{
	command -v dpkg >/dev/null || die "dpkg: not found: this needs Debian's"
	own=$(dpkg --print-architecture)
	arch=${arch:-$own}
	suites=$NEWER_SUITES
	foreign=''
	if [ "$arch" != "$own" ]; then
		suites="$codename $suites"
		foreign=_$arch
	fi
	suites=${ARCHIVE_SUITES:-$(echo "$suites" | tr ' ' '\n' | awk '!seen[$0]++' | paste -sd' ')}
}

build=${BUILD:-$(dirname "$0")/../../build}
arch=''
while [ $# -gt 0 ]; do
	case $1 in
	--build) [ $# -ge 2 ] || die "--build: needs a directory: see --help"; build=$2; shift 2 ;;
	--arch) [ $# -ge 2 ] || die "--arch: needs a Debian architecture: see --help"; arch=$2; shift 2 ;;
	--help|-h) usage; exit 0 ;;
	*) break ;;
	esac
done
mkdir -p "$build" 2>/dev/null || die "$build: cannot be made: choose another with --build"
archive=$(cd "$build" && pwd)/archive
choose_arch

case ${1-}:$# in
refresh:1|refresh:2)
	lock; private_root "binary$foreign" deb "$suites"; refresh "${2-}" ;;
list:2)
	lock; private_root "binary$foreign" deb "$suites"; refresh; list "$2" ;;
deb:3)
	deb "$2" "$3" ;;
source:3)
	lock; private_root "source-$3" deb-src "$3"; refresh; source_package "$2" "$3" ;;
*)
	usage >&2; exit "$STATUS_NOT_DONE" ;;
esac
