using System.Net;
using ScriptMta.Common;
using ScriptMta.Spool;
using ScriptMta.Tests.Reception;
using ScriptMta.Tests.Spool;

namespace ScriptMta.Tests.Fuzz;

/// <summary>A whole SMTP session in each state against random lines and bytes, and recovery of a journal with random damage.</summary>
public sealed class SessionFuzzTests
{
    static readonly string[] Prefixes =
    [
        "", "EHLO a\r\n", "EHLO a\r\nMAIL FROM:<a@b.c>\r\n", "EHLO a\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<x@y.z>\r\n", "EHLO a\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<x@y.z>\r\nDATA\r\n",
        "EHLO a\r\nMAIL FROM:<a@b.c> SMTPUTF8 PRDR RET=HDRS\r\nRCPT TO:<x@y.z>\r\nRCPT TO:<w@y.z> NOTIFY=NEVER\r\nBDAT 14\r\nSubject: x\r\n\r\n", "EHLO a\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<x@y.z>\r\nBDAT 3\r\nabcNOOP\r\nMAIL FROM:<>\r\n", "LHLO a\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<x@y.z>\r\nRCPT TO:<x@y.z>\r\n",
    ];

    static readonly string[] Words =
    [
        "EHLO ", "HELO ", "MAIL FROM:", "RCPT TO:", "DATA", "RSET", "NOOP", "QUIT", "VRFY ", "HELP", "BDAT 10 LAST", "BDAT 10 LAST\r\n", "BDAT 3\r\n", "BDAT 0\r\n", "BDAT 0 LAST\r\n", "BDAT 99999999999\r\n", "RSET\r\n", "LHLO a\r\n", "EXPN ", "ETRN #", " PRDR", " SMTPUTF8", " RET=", " ENVID=", " NOTIFY=", " ORCPT=", "MAIL FROM:<a@b.c>\r\n", "RCPT TO:<x@y.z>\r\n", "STARTTLS", "AUTH PLAIN ", "<a@b.c>", "<", ">", "@", ":", "SIZE=", " BODY=8BITMIME",
        "\r\n", "\r\n", "\n", "\r", ".", "\r\n.\r\n", "\0", "\u00ff", "Subject: x\r\n", " ", "\"", "${run{/bin/true}}", "(", "=?utf-8?q?",
    ];

    [Fact]
    public async Task Sessions_end_when_their_input_ends_whatever_it_was()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = ok\nacl_smtp_expn = ok\nacl_smtp_etrn = ok\nacl_smtp_vrfy = ok\nacl_smtp_data_prdr = ok\nprdr_enable\ndsn_advertise_hosts = *\nlimits_advertise_hosts = *\nsmtp_enforce_sync = false\nsmtp_max_synprot_errors = 50\nsmtp_max_unknown_commands = 50\nsmtp_accept_max_nonmail = 50\nmessage_size_limit = 500\nbegin acl\nok:\n  accept\n");
        var random = new Random(11);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < 2)
        {
            var text = Prefixes[random.Next(Prefixes.Length)];
            for (var left = random.Next(1, 80); left > 0; left--) text += random.Next(8) == 0 ? ((char)random.Next(256)).ToString() : Words[random.Next(Words.Length)];
            await using var client = TestClient.Start(fixture, new(IPAddress.Parse("192.0.2.5"), 4000), lmtp: text.StartsWith("LHLO", StringComparison.Ordinal));
            await client.SendAsync(text);
            try { await client.HangUpAsync(); }
            catch (Exception error) { Assert.Fail($"{error}\ninput: {Uri.EscapeDataString(text)}"); }
        }
    }

    [Fact]
    public async Task A_damaged_journal_is_recovered_or_refused_by_name()
    {
        using var directory = new TemporaryDirectory();
        var (origin, random) = (Path.Combine(directory.Path, "origin"), new Random(12));
        await using (var spool = await OpenAsync(origin))
            for (var i = 0; i < 20; i++) await new TestMail(i, 100 * i).CommitAsync(spool);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var round = 0; clock.Elapsed.TotalSeconds < 2; round++)
        {
            var copy = Path.Combine(directory.Path, $"r{round}");
            Copy(origin, copy);
            Damage(Directory.GetFiles(Path.Combine(copy, "journal")).First(f => f.EndsWith(".journal", StringComparison.Ordinal)), random);
            try
            {
                await using var spool = await OpenAsync(copy);
                foreach (var entry in spool.Entries()) await ReadAsync(spool, entry);
            }
            catch (SpoolException error) { Assert.NotEmpty(error.Message); }
            Directory.Delete(copy, recursive: true);
        }
    }

    static async Task ReadAsync(JournalSpool spool, QueueEntry entry)
    {
        try
        {
            _ = await spool.ReadAsync(entry.Id, CancellationToken.None);
            await using var body = await spool.OpenBodyAsync(entry.Id, CancellationToken.None);
            await body.CopyToAsync(Stream.Null);
        }
        catch (SpoolException error) { Assert.Equal(SpoolFault.Corrupt, error.Fault); }
    }

    static ValueTask<JournalSpool> OpenAsync(string folder) =>
        JournalSpool.OpenAsync(new() { Directory = folder, SegmentSize = 1 << 17 }, new PosixSpoolFiles(), TimeProvider.System, CancellationToken.None);

    static void Damage(string file, Random random)
    {
        var bytes = File.ReadAllBytes(file);
        var used = Math.Min(bytes.Length, 30_000);
        for (var i = random.Next(1, 20); i > 0; i--) bytes[random.Next(used)] = (byte)random.Next(256);
        if (random.Next(4) == 0) bytes = bytes[..random.Next(bytes.Length)];
        File.WriteAllBytes(file, bytes);
    }

    static void Copy(string from, string to)
    {
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories).Prepend(from)) Directory.CreateDirectory(folder.Replace(from, to), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories)) File.Copy(file, file.Replace(from, to));
    }
}
