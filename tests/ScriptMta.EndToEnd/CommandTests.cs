using System.Text.RegularExpressions;
using ScriptMta.Tests;

namespace ScriptMta.EndToEnd;

/// <summary>The commands as people type them, with their output and exit status.</summary>
public sealed class CommandTests : IDisposable
{
    readonly TestSite _site = new();

    CommandResult Run(params string[] arguments) => Binary.Run(arguments);

    [Fact]
    public void Version_starts_quickly()
    {
        Assert.Contains(_site.ConfigFile, Run("-bV", "-C", _site.ConfigFile).Output, StringComparison.Ordinal);
        var best = Enumerable.Range(0, 10).Min(_ =>
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            var result = Run("-bV");
            Assert.True(result.Status == 0, result.ToString());
            Assert.Contains("ScriptMta", result.Output, StringComparison.Ordinal);
            return clock.ElapsedMilliseconds;
        });
        // Only the published binary is precompiled; the time also counts starting a process from here.
        if (Environment.GetEnvironmentVariable("SCRIPTMTA_BINARY") is { Length: > 0 }) Assert.True(best < 60, $"-bV took {best} ms");
    }

    [Fact]
    public void Sendmail_t_reads_the_recipients_and_removes_bcc()
    {
        using var daemon = _site.StartDaemon();
        var result = Binary.Run(["sendmail", "-C", _site.ConfigFile, "-t", "-i"],
            "To: alice@example.com\nCc: Bob <bob@example.com>\nBcc: carol@example.com\nSubject: three\n\nhello\n");
        Assert.True(result.Status == 0, result.ToString());
        foreach (var user in new[] { "alice", "bob", "carol" })
            Assert.DoesNotContain("Bcc:", _site.WaitForMail(user, "Subject: three"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_submitted_is_said_on_standard_error()
    {
        var none = Binary.Run(["sendmail", "-C", _site.ConfigFile, "-t"], "Subject: x\n\nx\n");
        Assert.Equal((65, "scriptmta: no recipients found in headers\n"), (none.Status, none.Error));
    }

    [Fact]
    public void A_spool_directory_that_cannot_be_made_is_an_answer_not_a_crash()
    {
        var file = _site.Folder.Write("no-place.conf", File.ReadAllText(_site.ConfigFile).Replace($"spool_directory = {_site.Folder["spool"]}", "spool_directory = /proc/nowhere", StringComparison.Ordinal));
        foreach (var arguments in new string[][] { ["sendmail", "-C", file, "alice@example.com"], ["mailq", "-C", file], ["-C", file, "-q"] })
        {
            var result = Binary.Run(arguments, "Subject: x\n\nx\n");
            Assert.Equal(75, result.Status);
            Assert.StartsWith("scriptmta: spool_directory /proc/nowhere cannot be created (", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Mailq_says_when_the_queue_is_empty()
    {
        using var daemon = _site.StartDaemon();
        Assert.Equal("Mail queue is empty\n", Run("mailq", "-C", _site.ConfigFile).Output);
        Assert.Equal("", Run("-C", _site.ConfigFile, "-bp").Output);
        Assert.Equal("0\n", Run("-C", _site.ConfigFile, "-bpc").Output);
    }

    [Fact]
    public void Odq_queues_and_a_queue_run_delivers_with_and_without_a_daemon()
    {
        var queued = Binary.Run(["sendmail", "-C", _site.ConfigFile, "-odq", "alice@example.com"], "Subject: later\n\nx\n");
        Assert.True(queued.Status == 0, queued.ToString());
        Assert.Empty(_site.Mailbox("alice"));
        Assert.Matches(@"^-Queue ID- --Size-- ----Arrival Time---- -Sender/Recipient-------\n\S{23}", Run("mailq", "-C", _site.ConfigFile).Output);
        Assert.Matches(@"^ 0m +\d+ \S{23} <\S+@example.com>\n +alice@example.com\n", Run("-C", _site.ConfigFile, "-bp").Output);
        Assert.Equal("1\n", Run("-C", _site.ConfigFile, "-bpc").Output);
        var run = Run("-C", _site.ConfigFile, "-q");
        Assert.True(run.Status == 0, run.ToString());
        _site.WaitForMail("alice", "Subject: later");
    }

    [Fact]
    public void The_queue_is_managed_while_a_daemon_runs()
    {
        using var daemon = _site.StartDaemon();
        Binary.Run(["sendmail", "-C", _site.ConfigFile, "-odq", "alice@example.com"], "Subject: managed\n\nx\n");
        var id = Regex.Match(Run("-C", _site.ConfigFile, "-bp").Output, @"\S{6}-\S{11}-\S{4}").Value;
        Assert.Equal($"Message {id} is now frozen\n", Run("-C", _site.ConfigFile, "-Mf", id).Output);
        Assert.Contains("*** frozen ***", Run("-C", _site.ConfigFile, "-bp").Output, StringComparison.Ordinal);
        Assert.Contains("\"frozen\":true", Run("queue", "list", "--config", _site.ConfigFile, "--json").Output.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("Subject: managed", Run("-C", _site.ConfigFile, "-Mvh", id).Output, StringComparison.Ordinal);
        Assert.Equal($"Message {id} is already frozen\n", Run("-C", _site.ConfigFile, "-Mf", id).Output);
        Assert.Equal($"Message {id} has been removed\n", Run("-C", _site.ConfigFile, "-Mrm", id).Output);
        Assert.Equal("Mail queue is empty\n", Run("mailq", "-C", _site.ConfigFile).Output);
        var missing = Run("-C", _site.ConfigFile, "-Mrm", id);
        Assert.Equal(1, missing.Status);
        Assert.Empty(_site.Mailbox("alice"));
    }

    [Fact]
    public void A_thawed_message_is_delivered()
    {
        using var daemon = _site.StartDaemon();
        Binary.Run(["sendmail", "-C", _site.ConfigFile, "-odq", "alice@example.com"], "Subject: thawed\n\nx\n");
        var id = Regex.Match(Run("-C", _site.ConfigFile, "-bp").Output, @"\S{6}-\S{11}-\S{4}").Value;
        Run("-C", _site.ConfigFile, "-Mf", id);
        Run("-C", _site.ConfigFile, "-qf");
        Assert.Empty(_site.Mailbox("alice"));
        Assert.Equal($"Message {id} is no longer frozen\n", Run("-C", _site.ConfigFile, "-Mt", id).Output);
        Run("-C", _site.ConfigFile, "-qf");
        _site.WaitForMail("alice", "Subject: thawed");
    }

    [Fact]
    public void Address_tests_print_what_exim_prints()
    {
        var test = Run("-C", _site.ConfigFile, "-bt", "alice@example.com", "nobody@elsewhere.example");
        Assert.Equal("alice@example.com\n  router = local, transport = mailbox\nnobody@elsewhere.example is undeliverable: Unrouteable address\n", test.Output);
        Assert.Equal(2, test.Status);
        Assert.Equal("alice@example.com verified\n", Run("-C", _site.ConfigFile, "-bv", "alice@example.com").Output);
        Assert.Equal("x@elsewhere.example failed to verify: Unrouteable address\n", Run("-C", _site.ConfigFile, "-bv", "x@elsewhere.example").Output);
    }

    [Fact]
    public void Verify_explains_rule_by_rule()
    {
        var result = Run("verify", "--config", _site.ConfigFile, "alice@example.com");
        Assert.True(result.Status == 0, result.ToString());
        Assert.Contains("local", result.Output, StringComparison.Ordinal);
        Assert.Contains("scriptmta.conf:", result.Output, StringComparison.Ordinal);
        Assert.Contains("mailbox", result.Output, StringComparison.Ordinal);
        Assert.Equal(2, Run("verify", "--config", _site.ConfigFile, "x@elsewhere.example").Status);
        Assert.StartsWith("[", Run("verify", "--json", "--config", _site.ConfigFile, "alice@example.com").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Expansions_are_tested_from_arguments_and_from_standard_input()
    {
        Assert.Equal("HELLO mail.example.com\n", Run("-C", _site.ConfigFile, "-be", "${uc:hello} $primary_hostname").Output);
        Assert.Equal("3\n", Run("expand", "--config", _site.ConfigFile, "${eval:1+2}").Output);
        Assert.Equal("> 42\n> Failed: unknown variable name \"nix\"\n> \n", Binary.Run(["-C", _site.ConfigFile, "-be"], "${eval:6*7}\n$nix\n").Output);
        Assert.Equal(">  2\n> \n> ab\n> \n", Binary.Run(["-C", _site.ConfigFile, "-be"], " ${eval:1+1}  \n\na\\  \n  b\n").Output);
    }

    [Fact]
    public void Filters_are_tested_with_a_message_from_standard_input()
    {
        var filter = _site.Folder.Write("filter", "# Exim filter\nif $h_subject: contains \"urgent\" then\n  deliver boss@example.com\nendif\n");
        var user = Environment.UserName;
        var test = Binary.Run(["-C", _site.ConfigFile, "-bf", filter, "-f", "joe@x.example"], "Subject: urgent\n\nx\n");
        Assert.Equal($"Return-path copied from sender\nSender      = joe@x.example\nRecipient   = {user}@example.com\nTesting Exim filter file \"{filter}\"\n\n"
            + "Deliver message to: boss@example.com\nFiltering set up at least one significant delivery or other action.\nNo other deliveries will occur.\n", test.Output);
        Assert.Equal(0, test.Status);
        _site.Folder.Write("filter", "# Exim filter\nfial\n");
        var wrong = Binary.Run(["-C", _site.ConfigFile, "-bF", filter], "From joe@x.example Thu Mar 27 10:02:09 2025\nSubject: x\n\nx\n");
        Assert.Contains("Sender taken from \"From \" line\n", wrong.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n\nFilter error: unknown filtering command \"fial\" near line 3 of filter file\n", wrong.Output, StringComparison.Ordinal);
        Assert.Equal(1, wrong.Status);
    }

    [Fact]
    public void Newaliases_checks_the_alias_files()
    {
        var aliases = _site.Folder.Write("aliases", "# comment\npostmaster: alice\nteam: alice,\n  bob\n");
        using var site = new TestSite(routers: $"aliases:\n  driver = redirect\n  domains = example.com\n  data = ${{lookup{{$local_part}}lsearch{{{aliases}}}}}\n");
        var good = Run("newaliases", "-C", site.ConfigFile);
        Assert.True(good.Status == 0, good.ToString());
        Assert.Matches(@"aliases: 2 aliases, longest 10 bytes, \d+ bytes total\n", good.Output);
        _site.Folder.Write("aliases", "a: b,\na: c d e <\n");
        var bad = Run("newaliases", "-C", site.ConfigFile);
        Assert.NotEqual(0, bad.Status);
        Assert.Contains("aliases:", bad.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_configuration_is_refused_with_every_error_at_its_place()
    {
        var wrong = _site.Folder.Write("wrong.conf", "primary_hostname = x\nno_such_option = 1\nbegin routers\nusers:\n  driver = accept\n  chek_local_user\n  transport = nowhere\n");
        var check = Run("check", wrong);
        Assert.Equal(78, check.Status);
        Assert.Contains($"{wrong}:2:1:", check.Error, StringComparison.Ordinal);
        Assert.Contains("wrong.conf:6:3: router \"users\": unknown option \"chek_local_user\" (did you mean \"check_local_user\"?)", check.Error, StringComparison.Ordinal);
        var version = Run("-C", wrong, "-bV");
        Assert.Equal(1, version.Status);
        Assert.Contains($"configuration error in line 2 of {wrong}", version.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, Run("daemon", "--config", wrong).Status);
    }

    [Fact]
    public void Exims_example_configuration_passes_the_check()
    {
        var result = Run("check", Oracle.ExampleConfiguration);
        foreach (var line in (result.Error + result.Output).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.True(line.Contains("not built yet", StringComparison.Ordinal) || line.StartsWith("0 errors", StringComparison.Ordinal) || !line.Contains("error", StringComparison.OrdinalIgnoreCase), line);
    }

    [Fact]
    public void Reload_keeps_the_old_rules_when_the_new_ones_are_wrong()
    {
        using var daemon = _site.StartDaemon();
        var good = File.ReadAllText(_site.ConfigFile);
        File.WriteAllText(_site.ConfigFile, good + "\nno_such\n");
        daemon.Signal(1);
        Wait.Until(() => _site.MainLog.Contains("keeping the old configuration", StringComparison.Ordinal) || daemon.Output.Contains("keeping the old configuration", StringComparison.Ordinal), "the refusal of the new configuration\n" + _site.MainLog);
        File.WriteAllText(_site.ConfigFile, good.Replace("acl_check_rcpt:\n", "acl_check_rcpt:\n  deny local_parts = bob\n", StringComparison.Ordinal));
        daemon.Signal(1);
        Wait.Until(() => _site.MainLog.Contains("configuration reloaded", StringComparison.Ordinal), "the reload");
        using var client = new SmtpConversation(daemon.Port);
        client.Reply();
        client.Ask("EHLO x.example");
        client.Ask("MAIL FROM:<a@b.example>");
        Assert.StartsWith("550", client.Ask("RCPT TO:<bob@example.com>"), StringComparison.Ordinal);
        Assert.StartsWith("250", client.Ask("RCPT TO:<alice@example.com>"), StringComparison.Ordinal);
    }

    [Fact]
    public void Smtp_on_standard_input_works()
    {
        var result = Binary.Run(["-C", _site.ConfigFile, "-bs"], "EHLO x\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<alice@example.com>\r\nDATA\r\nSubject: bs\r\n\r\nx\r\n.\r\nQUIT\r\n");
        Assert.Contains("250 2.0.0 OK id=", result.Output.Replace("250 OK", "250 2.0.0 OK", StringComparison.Ordinal), StringComparison.Ordinal);
        _site.WaitForMail("alice", "Subject: bs");
    }

    public void Dispose() => _site.Dispose();
}
