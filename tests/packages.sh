# Sourced by tests/run: the Debian packages that the tests use, installed by name when missing and we are root.
#   curl swaks s-nail git-email   real clients that submit mail through the built binary
#   python3                  its smtplib speaks SMTPUTF8, DSN options and LMTP
#   openssl libnet-ssleay-perl   certificates and s_client; TLS for swaks
#   strace                   shows that a 250 follows its fdatasync
#   postgresql mariadb-server redis-server slapd ldap-utils   the servers that the database lookups are tested against, started on loopback with throw-away data
#   sasl2-bin                saslauthd, for the condition of that name
#   dovecot-core             its authentication server, run on a socket in a temporary folder; libauthen-sasl-perl and libdigest-hmac-perl are for swaks
#   gsasl                    a client that speaks SCRAM
#   fail2ban                 its filter for Exim reads our log; only the program fail2ban-regex runs
#   db-util tinycdb          make files of the kinds dbm and cdb
#   spamd clamav-daemon      the scanners, started with one rule and one signature of our own; nothing is fetched
#   unbound ldnsutils        a resolver that validates a zone which the tests sign (DANE); no daemon of the system's is used
#   libpcre2-8-0             Exim's regular expressions
#   exim4 (unpacked only)    the oracle of the differential tests; installed it would conflict with other MTAs
#   postfix (unpacked only)  the other end of the smuggling tests; the libraries that it needs are installed
#   opensmtpd (unpacked only)  receives what we send

tests_packages="openssl gsasl libnet-ssleay-perl dovecot-core libauthen-sasl-perl libdigest-hmac-perl python3 curl swaks s-nail git-email libmailtools-perl git strace procps libpcre2-8-0 libmariadb3 libidn12 libspf2-2 libldap-2.5-0 libpq5 libsqlite3-0 libperl5.36 libsasl2-2 libgnutls-dane0 postgresql mariadb-server redis-server slapd ldap-utils sasl2-bin db-util tinycdb fail2ban unbound ldnsutils libdb5.3 libicu72 libnsl2 util-linux spamd clamav-daemon libevent-2.1-7"
oracle_packages="exim4-base exim4-config exim4-daemon-heavy"

missing=""
for package in $tests_packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
export EXIM_ORACLE_ROOT=${EXIM_ORACLE_ROOT:-${XDG_CACHE_HOME:-/var/cache}/scriptmta-tests/exim}
oracle=$EXIM_ORACLE_ROOT/usr/sbin/exim4
export POSTFIX_PEER_ROOT=${POSTFIX_PEER_ROOT:-${XDG_CACHE_HOME:-/var/cache}/scriptmta-tests/postfix}
postfix=$POSTFIX_PEER_ROOT/usr/lib/postfix/sbin/master
export OPENSMTPD_PEER_ROOT=${OPENSMTPD_PEER_ROOT:-${XDG_CACHE_HOME:-/var/cache}/scriptmta-tests/opensmtpd}
opensmtpd=$OPENSMTPD_PEER_ROOT/usr/sbin/smtpd

# unpack FOLDER PACKAGE…
unpack() {
    downloads=$(mktemp -d); unpacked=$1; shift
    (cd "$downloads" && apt-get download -q "$@" >/dev/null 2>&1) || return 1
    mkdir -p "$unpacked" && for archive in "$downloads"/*.deb; do dpkg -x "$archive" "$unpacked" || return 1; done
    rm -rf "$downloads"
}

if [ -n "$missing" ] || [ ! -x "$oracle" ] || [ ! -x "$postfix" ] || [ ! -x "$opensmtpd" ]; then
    if [ "$(id -u)" != 0 ]; then
        echo "tests/run: not root, and missing:$missing $([ -x "$oracle" ] || echo "$oracle (unpacked from: $oracle_packages)") $([ -x "$postfix" ] || echo "$postfix (unpacked from: postfix)") $([ -x "$opensmtpd" ] || echo "$opensmtpd (unpacked from: opensmtpd)")" >&2
        return 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q >/dev/null || return 1
    # shellcheck disable=SC2086
    [ -z "$missing" ] || apt-get install -y -q --no-install-recommends $missing >/dev/null || return 1
    # shellcheck disable=SC2086
    [ -x "$oracle" ] || unpack "$EXIM_ORACLE_ROOT" $oracle_packages || return 1
    [ -x "$postfix" ] || unpack "$POSTFIX_PEER_ROOT" postfix || return 1
    [ -x "$opensmtpd" ] || unpack "$OPENSMTPD_PEER_ROOT" opensmtpd || return 1
fi
# The oracle refuses to start without the user that is compiled into it.
id -u Debian-exim >/dev/null 2>&1 || useradd -r -M -s /usr/sbin/nologin Debian-exim || return 1
for user in opensmtpd opensmtpq; do id -u $user >/dev/null 2>&1 || useradd -r -M -s /usr/sbin/nologin $user || return 1; done
id -u postfix >/dev/null 2>&1 || useradd -r -M -s /usr/sbin/nologin postfix || return 1
getent group postdrop >/dev/null || groupadd -r postdrop || return 1
"$oracle" -C /dev/null -bV >/dev/null 2>&1 || { echo "tests/run: $oracle does not start: $("$oracle" -C /dev/null -bV 2>&1 | head -3)" >&2; return 1; }
export EXIM_ORACLE=$oracle
