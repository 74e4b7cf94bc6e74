using ScriptMta.Expansion;

namespace ScriptMta.Tests.Expansion;

/// <summary>Which variables a stranger fills: with every fact of a connection, message and address set, these are tainted and no others.</summary>
public sealed class TaintSourceTests
{
    [Fact]
    public void Variables_that_a_peer_or_a_message_fills_are_tainted()
    {
        string[] tainted =
        [
            "local_part", "domain", "local_part_prefix", "local_part_prefix_v", "original_local_part", "original_domain", "parent_local_part", "parent_domain", "sender_address",
            "sender_address_local_part", "sender_address_domain", "sender_helo_name", "sender_host_name", "sender_ident", "sender_fullhost", "sender_rcvhost", "smtp_command", "smtp_command_argument",
            "recipients", "received_for", "authenticated_id", "authenticated_sender", "return_path", "address_pipe", "address_file", "message_body", "host",
        ];
        string[] clean =
        [
            "local_part_data", "domain_data", "local_part_suffix", "sender_data", "recipient_data", "host_data", "home", "sender_host_address", "sender_host_port", "primary_hostname", "qualify_domain",
            "spool_directory", "message_id", "tod_log", "pid", "router_name", "transport_name", "received_protocol", "smtp_command_history", "interface_address", "rcpt_count", "message_size", "host_address",
        ];
        var context = Filled();
        Assert.DoesNotContain(tainted, name => !Of(name, context).IsTainted);
        Assert.DoesNotContain(clean, name => Of(name, context).IsTainted);
    }

    static Value Of(string name, ExpansionContext context)
    {
        var result = Template.Parse("$" + name, ExpansionFixture.At).Expand(context);
        Assert.True(result.IsOk, $"{name}: {result.Error}");
        Assert.True(result.Text.Length > 0, $"{name} is empty: the test does not fill it");
        return result.Value;
    }

    static ExpansionContext Filled()
    {
        var context = ExpansionFixture.Context();
        var value = Value.Clean("clean");
        context.Connection = new()
        {
            HostAddress = "192.0.2.1", HostPort = 2525, HostName = "peer.example", HeloName = "helo.example", Ident = "ident", SmtpCommand = "RCPT TO:<x>", SmtpCommandArgument = "TO:<x>",
            AuthenticatedId = "someone", InterfaceAddress = "192.0.2.2", InterfacePort = 25, Protocol = "esmtp",
        };
        context.Connection.CommandHistory.Add("RCPT");
        context.Message.Sender = new("s", "x.example");
        context.Message.Recipients.Add(new("r", "y.example"));
        (context.Message.Id, context.Message.AuthenticatedSender, context.Message.ReturnPath) = (new("1xUeCw-0000000543a-0r00"), "auth@x.example", "s@x.example");
        (context.Message.BodyStart, context.Message.ReceivedAt, context.Message.Size) = (_ => "body"u8.ToArray(), DateTimeOffset.UnixEpoch, 10);
        context.Address = new()
        {
            LocalPart = "ann", Domain = "y.example", LocalPartData = value, DomainData = value, Prefix = "real-", PrefixWild = "x", Suffix = "+tag", Parent = new("p", "y.example"),
            Original = new("o", "y.example"), Home = value, RouterName = "r", TransportName = "t", Host = "mx.example", HostAddress = "192.0.2.3", HostData = value,
            AddressPipe = "/bin/x", AddressFile = "/var/x", TargetTaint = Taint.Tainted, SenderData = value, RecipientData = value,
        };
        return context;
    }
}
