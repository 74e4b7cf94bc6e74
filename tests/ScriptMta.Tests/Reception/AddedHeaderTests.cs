using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Reception;

namespace ScriptMta.Tests.Reception;

/// <summary>Header lines that ACLs add and remove: the fields of the message as Exim queues it and as we store it, in their order.</summary>
public sealed class AddedHeaderTests
{
    const string Message = "Received: from far by away; Thu, 1 Jan 2026 00:00:00 +0000\nFrom: a@b.example\nSubject: test\nX-Keep: one\nX-Keep: two\nX-Other: three\n continued";

    public static TheoryData<string, string, string> Cases => new()
    {
        { "add_header = X-A: one", "", "" },
        { "add_header = X-A: one\n  warn add_header = X-B: two", "", "" },
        { "add_header = :at_start: X-A: one\n  warn add_header = :at_start: X-B: two", "", "" },
        { "add_header = :after_received: X-A: one\n  warn add_header = :after_received: X-B: two", "", "" },
        { "add_header = :at_start_rfc: X-A: one\n  warn add_header = :at_start_rfc: X-B: two", "", "" },
        { "add_header = :at_end: X-A: one\n  warn add_header = :at_start: X-B: two\n  warn add_header = :after_received: X-C: three\n  warn add_header = :at_start_rfc: X-D: four", "", "" },
        { "add_header = X-A: one\\nX-B: two\\n\\tmore\\nX-C: three", "", "" },
        { "add_header = :at_start: X-A: one\\nX-B: two", "", "" },
        { "add_header = X-A: one\\n:at_start: X-B: two", "", "" },
        { "add_header = no name here", "", "" },
        { "add_header = X-A:no space", "", "" },
        { "add_header = \\n\\nX-A: one\\n\\n", "", "" },
        { "add_header = X-A: one\n  warn add_header = X-A: one\n  warn add_header = x-a: one", "", "" },
        { "add_header = X-A : one", "", "" },
        { "add_header = :AT_START: X-A: one", "", "" },
        { "add_header = :at_start:X-A: one", "", "" },
        { "message = X-Old: way", "", "" },
        { "message = no name", "", "" },
        { "remove_header = X-Keep", "", "" },
        { "remove_header = x-keep : SUBJECT", "", "" },
        { "remove_header = ^X-K", "", "" },
        { "remove_header = <; X-Keep ; Subject", "", "" },
        { "remove_header = X-A\n  warn add_header = X-A: one", "", "" },
        { "add_header = X-A: one", "", "add_header = X-B: two" },
        { "add_header = X-A: one", "", "remove_header = X-A" },
        { "add_header = X-A: one\n  warn remove_header = X-A", "", "" },
        { "add_header = Subject: another\n  warn remove_header = Subject", "", "" },
        { "", "add_header = X-A: one", "add_header = :at_start: X-B: two" },
        { "remove_header = X-Other", "add_header = X-Other: new", "" },
        { "remove_header = Received", "", "" },
        { "add_header = Received: by me; Thu, 1 Jan 2026 00:00:00 +0000", "", "" },
        { "add_header = X-A: ${lc:ONE} $local_part", "", "" },
        { "add_header =", "", "" },
        { "add_header = X-A:", "", "" },
        { "", "", "message = X-Data: late" },
        { "control = suppress_local_fixups", "", "" },
        { "", "control = suppress_local_fixups", "" },
        { "control = submission", "", "" },
        { "control = submission/sender_retain", "", "" },
        { "control = submission/domain=x.example/name=Some Body", "control = suppress_local_fixups", "" },
    };

    [Theory, MemberData(nameof(Cases))]
    public async Task Fields_stand_where_Exim_puts_them(string mail, string predata, string data)
    {
        string Acl(string rules) => rules.Length == 0 ? "  accept\n" : $"  warn {rules}\n  accept\n";
        var configuration = $"acl_smtp_mail = m\nacl_smtp_rcpt = accept\nacl_smtp_predata = p\nacl_smtp_data = d\nbegin acl\nm:\n{Acl(mail)}p:\n{Acl(predata)}d:\n{Acl(data)}";
        var input = $"HELO me\nMAIL FROM:<a@b.example>\nRCPT TO:<c@d.example>\nDATA\n{Message}\n\nbody\n.\nQUIT\n";
        var exim = EximSession.Run("primary_hostname = mx.test.example\nqualify_domain = qd.example\n" + configuration, input);
        await using var fixture = await ReceptionFixture.OfAsync(configuration);
        using var bytes = new MemoryStream(Latin1.Encode(input));
        using var output = new MemoryStream();
        await new LocalSubmission(fixture.Spool, () => fixture.Rules, fixture.Ids).ConverseAsync(new() { CallerUid = 0, CallerGid = 0 }, bytes, output, CancellationToken.None);
        Assert.Equal(Lines(exim.Headers), Lines(Assert.Single(await fixture.StoredAsync()).Message.Headers.Fields));
    }

    [Theory]
    [InlineData("X-*", "From Subject"), InlineData("x-k*:nosuch*", "From Subject X-Other"), InlineData("*", "")]
    public async Task A_star_at_the_end_of_a_name_stands_for_any_end_as_in_later_versions_of_Exim(string names, string left)
    {
        await using var fixture = await ReceptionFixture.OfAsync($"acl_smtp_mail = m\nacl_smtp_rcpt = accept\nbegin acl\nm:\n  accept remove_header = {names}\n");
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        foreach (var line in (string[])["HELO x", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA", Message.Replace("\n", "\r\n") + "\r\n\r\n."]) await client.SayAsync(line);
        Assert.Equal(left, string.Join(' ', Assert.Single(await fixture.StoredAsync()).Message.Headers.Fields.Select(f => f.Name).Where(n => n != "Received")));
    }

    static IEnumerable<string> Lines(IEnumerable<HeaderField> fields) =>
        fields.Select(f => f.Is("Message-Id") || f.Is("Date") || (f.Is("Received") && f.Body.Contains("me", StringComparison.Ordinal)) ? f.Name : f.ToString());
}
