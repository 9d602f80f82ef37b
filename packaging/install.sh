#!/bin/sh
# Adds this repository to apt or dnf and installs onboarding-agent. It takes no token and no password: those belong into files.
#
#   curl -fsSO https://<endpoint>:15443/install.sh && less install.sh && sudo sh install.sh https://<endpoint>:15443
set -eu

fail() {
  echo "install.sh: $*" >&2
  exit 1
}

[ $# = 1 ] || fail "one argument: the address that this file came from, such as https://onboarding.example.com:15443"
case $1 in
  https://*[!A-Za-z0-9.:/-]* | https://*@*) fail "$1 is not an address like https://onboarding.example.com:15443. A token does not belong there: write it to /etc/onboarding-agent/join-token" ;;
  https://?*) address=${1%/} ;;
  *) fail "$1 does not begin with https://" ;;
esac
[ "$(id -u)" = 0 ] || fail "only root can install packages. Next: sudo sh install.sh $1"

# The key that the packages are signed with came with this file, which you have read; it is not asked for again.
key() {
  cat <<'END_OF_KEY'
@KEY@
END_OF_KEY
}

if command -v apt-get >/dev/null; then
  install -d -m 0755 /usr/share/keyrings
  key >/usr/share/keyrings/onboarding.asc
  printf 'deb [signed-by=/usr/share/keyrings/onboarding.asc] %s/apt stable main\n' "$address" >/etc/apt/sources.list.d/onboarding.list
  apt-get update -o Dir::Etc::sourcelist=sources.list.d/onboarding.list -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0
  DEBIAN_FRONTEND=noninteractive apt-get install -y onboarding-agent
elif command -v dnf >/dev/null; then
  key >/etc/pki/rpm-gpg/RPM-GPG-KEY-onboarding
  cat >/etc/yum.repos.d/onboarding.repo <<END_OF_REPOSITORY
[onboarding]
name=Onboarding
baseurl=$address/yum/\$basearch
enabled=1
gpgcheck=1
repo_gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-onboarding
END_OF_REPOSITORY
  dnf install -y onboarding-agent
else
  fail "this system has neither apt-get nor dnf; there is a tarball"
fi
echo "Next: write /etc/onboarding-agent/onboarding.config.yaml, then: systemctl enable --now onboarding-agent"
