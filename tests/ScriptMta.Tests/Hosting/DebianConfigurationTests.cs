using System.Diagnostics;
using ScriptMta.Hosting;
using ScriptMta.Language;

namespace ScriptMta.Tests.Hosting;

/// <summary>Debian's exim4-config: its template, filled in by its own update-exim4.conf, loads here as in the Exim that it is for.</summary>
public sealed class DebianConfigurationTests : IDisposable
{
    const string Folders = "/etc/exim4", Script = "/usr/sbin/update-exim4.conf";

    readonly string _folder = Directory.CreateTempSubdirectory("scriptmta-debian-").FullName;

    public static TheoryData<string, bool> Kinds
    {
        get
        {
            var kinds = new TheoryData<string, bool>();
            foreach (var kind in (string[])["internet", "smarthost", "satellite", "local", "none"])
            {
                kinds.Add(kind, true);
                kinds.Add(kind, false);
            }
            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_kind_of_site_loads_from_one_file_or_from_many(string kind, bool split)
    {
        var file = Generate($"dc_eximconfig_configtype='{kind}'\ndc_use_split_config='{split}'");
        Assert.Empty(Errors(file, out var loaded));
        Assert.Equal(Names("router_list", file), loaded!.Document.Routers.Select(r => r.Name));
        Assert.Equal(Names("transport_list", file), loaded.Document.Transports.Select(t => t.Name));
        Assert.Equal(Names("authenticator_list", file), loaded.Document.Authenticators.Select(t => t.Name));
    }

    /// <summary>The macros that a postmaster sets in update-exim4.conf.conf, all at once.</summary>
    [Theory]
    [InlineData("mail_spool")]
    [InlineData("maildir_home")]
    public void All_of_its_switches_together_load(string delivery)
    {
        var file = Generate("""
            dc_eximconfig_configtype='internet'
            dc_use_split_config='true'
            dc_minimaldns='false'
            dc_hide_mailname='true'
            MAIN_TLS_ENABLE=1
            MAIN_FORCE_SENDER=1
            MAIN_LOG_SELECTOR=+all
            MESSAGE_SIZE_LIMIT=20M
            CHECK_RCPT_VERIFY_SENDER=1
            CHECK_RCPT_REVERSE_DNS=1
            CHECK_RCPT_GIVE_UNKNOWN_USER=1
            CHECK_DATA_VERIFY_HEADER_SYNTAX=1
            CHECK_DATA_VERIFY_HEADER_SENDER=1
            CHECK_MAIL_HELO_ISSUED=1
            IGNORE_SMTP_LINE_LENGTH_LIMIT=1
            MAIN_IGNORE_BOUNCE_ERRORS_AFTER=2d
            MAIN_TIMEOUT_FROZEN_AFTER=7d
            DKIM_DOMAIN=example.org
            DKIM_SELECTOR=s1
            DKIM_PRIVATE_KEY=/etc/exim4/dkim.key
            REMOTE_SMTP_HOSTS_AVOID_TLS=*
            TEERGRUBE=1
            """ + $"\ndc_localdelivery='{delivery}'");
        Assert.Empty(Errors(file, out var loaded));
        Assert.Equal(delivery, loaded!.Document.Macros["LOCAL_DELIVERY"]);
        Assert.Equal("20m", loaded.Document.Main.Settings.Single(s => s.Name == "message_size_limit").Value!.Value.Text);
    }

    [Fact]
    public void What_is_left_for_later_is_named_in_warnings_with_their_places()
    {
        var file = Generate("dc_eximconfig_configtype='smarthost'\ndc_use_split_config='false'");
        Assert.Empty(Errors(file, out var loaded));
        Assert.All(loaded!.Warnings, w => Assert.Equal((file, true), (w.At.File, w.At.Line > 0)));
        Assert.Contains(loaded.Warnings, w => w.Message.Contains("option \"exim_path\" is known but has no effect yet", StringComparison.Ordinal));
        Assert.Equal(loaded.Warnings.Count, loaded.Warnings.Distinct().Count());
        Assert.DoesNotContain(loaded.Warnings, w => w.Message.Contains("rewrite", StringComparison.Ordinal) || w.Message.Contains("retry", StringComparison.Ordinal) || w.Message.Contains("lookup", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static List<string> Errors(string file, out LoadedConfiguration? loaded)
    {
        var problems = new ProblemList();
        loaded = ConfigurationLoader.Load(new SiteRequest(file, []), problems);
        return [.. problems.All.Where(p => !p.IsWarning).Select(p => p.ToString())];
    }

    static string[] Names(string list, string file)
    {
        var (output, errors, status) = Oracle.Run(["-C", file, "-bP", list]);
        Assert.True(status == 0, errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Debian's script over a copy of its files; what it reads of the machine is in the folder, too.</summary>
    string Generate(string settings)
    {
        var script = File.ReadAllText(Oracle.Find(Script)).Replace("/etc/mailname", _folder + "/mailname", StringComparison.Ordinal).Replace("/etc/exim4", _folder, StringComparison.Ordinal);
        Copy(new DirectoryInfo(Path.GetDirectoryName(Oracle.Find(Folders + "/exim4.conf.template"))!), _folder);
        Write("script", script);
        Write("mailname", "mail.example.org\n");
        Write("update-exim4.conf.conf", $"""
            dc_other_hostnames='example.org;*.example.net'
            dc_local_interfaces='127.0.0.1 ; ::1'
            dc_readhost='example.org'
            dc_relay_domains='relay.example'
            dc_relay_nets='192.168.0.0/16'
            dc_smarthost='smart.example.org::587'
            dc_hide_mailname='true'
            CFILEMODE='644'
            {settings}
            """ + "\n");
        var output = Path.Combine(_folder, "generated.conf");
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", [Path.Combine(_folder, "script"), "-o", output]) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        return output;
    }

    static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in from.GetFiles()) file.CopyTo(Path.Combine(to, file.Name), overwrite: true);
        foreach (var folder in from.GetDirectories()) Copy(folder, Path.Combine(to, folder.Name));
    }

    void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
