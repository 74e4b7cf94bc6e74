namespace ScriptMta.Language;

/// <summary>As <see cref="MainOptionDefaults"/>, for drivers: `[kind]` begins the generic options of a kind, `[kind driver]` those of a driver, which win.</summary>
static class DriverOptionDefaults
{
    public const string Lines = """
        [router]
        address_test = true
        dnssec_request_domains = *
        expn = true
        more = true
        self = freeze
        verify_recipient = true
        verify_sender = true
        [router accept]
        log_as_local = true
        [router dnslookup]
        qualify_single = true
        rewrite_headers = true
        [router iplookup]
        timeout = 5s
        [router manualroute]
        host_all_ignored = defer
        host_find_failed = freeze
        [router queryprogram]
        current_directory = /
        timeout = 1h
        [router redirect]
        filter_prepend_home = true
        modemask = 022
        repeat_use = true
        rewrite = true
        [transport]
        transport_filter_timeout = 5m
        [transport appendfile]
        retry_use_local_part = true
        batch_max = 1
        check_owner = true
        check_string = From 
        create_directory = true
        create_file = anywhere
        directory_file = q${base62:$tod_epoch}-$inode
        directory_mode = 0700
        escape_string = >From 
        lock_fcntl_timeout = 0s
        lock_flock_timeout = 0s
        lock_interval = 3s
        lock_retries = 10
        lockfile_mode = 0600
        lockfile_timeout = 30m
        maildir_quota_directory_regex = ^(?:cur|new|\..*)$
        maildir_retries = 10
        message_prefix = From ${if def:return_path{$return_path}{MAILER-DAEMON}} ${tod_bsdinbox}\n
        message_suffix = \n
        mode = 0600
        mode_fail_narrower = true
        quota_is_inclusive = true
        use_fcntl_lock = true
        use_lockfile = true
        [transport autoreply]
        retry_use_local_part = true
        mode = 0600
        once_file_size = 0
        [transport lmtp]
        retry_use_local_part = true
        batch_max = 1
        timeout = 5m
        [transport pipe]
        retry_use_local_part = true
        batch_max = 1
        max_output = 20K
        message_prefix = From ${if def:return_path{$return_path}{MAILER-DAEMON}} ${tod_bsdinbox}\n
        message_suffix = \n
        path = /bin:/usr/bin
        temp_errors = 75:73
        timeout = 1h
        umask = 022
        [transport smtp]
        address_retry_include_sender = true
        command_timeout = 5m
        connect_timeout = 5m
        connection_max_messages = 500
        data_timeout = 5m
        delay_after_cutoff = true
        dkim_hash = sha256
        dns_qualify_single = true
        dnssec_request_domains = *
        final_timeout = 10m
        helo_data = $primary_hostname
        host_name_extract = ${if and {{match{$host}{.outlook.com\$}} {match{$item}{\N^250-([\w.]+)\s\N}}} {$1}}
        hosts_max_try = 5
        hosts_max_try_hardlimit = 50
        hosts_request_ocsp = *
        hosts_try_chunking = *
        hosts_try_dane = *
        hosts_try_fastopen = *
        hosts_try_prdr = *
        keepalive = true
        max_rcpt = 100
        message_linelength_limit = 998
        message_linelength_action = bounce
        mta_sts = true
        multi_domain = true
        port = smtp
        protocol = smtp
        retry_include_ip_address = true
        size_addition = 1024
        tls_dh_min_bits = 1024
        tls_tempfail_tryclear = true
        tls_try_verify_hosts = *
        tls_verify_cert_hostnames = *
        tls_verify_certificates = system
        utf8_downconvert = -1
        """;
}
