namespace ScriptMta.Expansion;

/// <summary>What is known of the connection or the local caller. Empty text = not set, as Exim's variables are.</summary>
sealed class ConnectionFacts
{
    /// <summary>IP address text of the peer; empty for a message that did not come by TCP.</summary>
    public string HostAddress { get; set; } = "";
    public int HostPort { get; set; }
    /// <summary>Verified reverse name; empty until looked up or when there is none.</summary>
    public string HostName { get; set; } = "";
    public bool HostLookupFailed { get; set; }
    /// <summary>Why, in Exim's words; empty = not known.</summary>
    public string HostLookupMessage { get; set; } = "";
    public bool HostLookupDeferred { get; set; }
    public string InterfaceAddress { get; set; } = "";
    public int InterfacePort { get; set; }
    public string HeloName { get; set; } = "";
    public bool HeloVerified { get; set; }
    /// <summary>$received_protocol: smtp, esmtp, esmtps, esmtpa, esmtpsa, local, local-smtp …</summary>
    public string Protocol { get; set; } = "";
    public string AuthenticatedId { get; set; } = "";
    public string Authenticator { get; set; } = "";
    public string TlsCipher { get; set; } = "";
    /// <summary>The other variables $tls_in_… by what follows that; null in plain text.</summary>
    public Dictionary<string, Value>? Tls { get; private set; }

    public void SetTls(string name, Value value) => (Tls ??= new(StringComparer.Ordinal))[name] = value;
    public string Ident { get; set; } = "";
    /// <summary>$queue_name: the named queue that a rule has chosen, for all further messages.</summary>
    public string QueueName { get; set; } = "";
    public uint CallerUid { get; set; }
    public uint CallerGid { get; set; }
    /// <summary>The command line being answered: $smtp_command and its argument.</summary>
    public string SmtpCommand { get; set; } = "";
    public string SmtpCommandArgument { get; set; } = "";
    public List<string> CommandHistory { get; } = [];
    /// <summary>$acl_c…: name after "acl_c" → value; lives as long as the connection.</summary>
    public Dictionary<string, Value> AclVariables { get; } = new(StringComparer.Ordinal);

    /// <summary>Exim's $sender_fullhost: <c>name (helo) [address]</c> forms.</summary>
    public string FullHost => FullHostWith(port: false);

    /// <summary>With log_selector incoming_port, the port follows the address.</summary>
    public string FullHostWith(bool port)
    {
        if (HostAddress.Length == 0) return "";
        var name = HostName.Length == 0 ? "" : HostName + " ";
        var helo = ShowsHelo ? $"({HeloName}) " : "";
        return $"{name}{helo}[{HostAddress}]{(port && HostPort != 0 ? $":{HostPort}" : "")}";
    }

    /// <summary>A HELO name that only repeats the verified name says nothing.</summary>
    public bool ShowsHelo => HeloName.Length != 0 && !HeloName.Equals(HostName, StringComparison.OrdinalIgnoreCase);

    /// <summary>HELO [address] or [IPv6:address] of the address that it comes from, however written.</summary>
    public bool HeloIsAddress
    {
        get
        {
            if (HeloName.Length < 2 || HeloName[0] != '[' || HeloName[^1] != ']') return false;
            var said = HeloName.AsSpan(1, HeloName.Length - 2);
            if (said.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase)) said = said[5..];
            return System.Net.IPAddress.TryParse(said, out var literal) && System.Net.IPAddress.TryParse(HostAddress, out var host) && literal.Equals(host);
        }
    }
}
