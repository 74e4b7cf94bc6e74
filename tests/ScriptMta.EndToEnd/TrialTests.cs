namespace ScriptMta.EndToEnd;

/// <summary>-be with macros, variables and messages, as a person tries rules with it.</summary>
public sealed class TrialTests : IDisposable
{
    readonly TestSite _site = new(main: "queue_only\nGREETING = hello");

    [Fact]
    public void A_failed_expansion_or_definition_does_not_change_the_status()
    {
        var result = Expand("${if eq{a}{b}{c}fail}\nBad\nA = ${uc:x}\nA GREETING\nset acl_m0 = v\n$acl_m0\n");
        Assert.Equal("> Failed: \"if\" failed and \"fail\" requested\n> > Defined macro 'A'\n> X hello\n> variable acl_m0 set\n> v\n> \n", result.Output);
        Assert.Equal("Exim configuration error:\n  malformed macro definition\n", result.Error);
        Assert.Equal(0, result.Status);
        Assert.Equal("Defined macro 'A'\nb\nFailed: missing } at end of string\n", Expand("", "A = b", "A", "${if eq{a}{a}{").Output);
    }

    [Fact]
    public void A_message_from_a_file_is_seen_as_a_local_user_would_have_sent_it()
    {
        var file = _site.Folder.Write("message", "From joe@x.example Thu Mar 27 10:02:09 2025\nSubject: hi there\n\none\ntwo\n");
        var seen = Binary.Run(["-C", _site.ConfigFile, "-bem", file, "$h_subject: $sender_address $h_from: $body_linecount", "$message_body", "${if def:h_date:{dated}}"]);
        Assert.Equal("Sender taken from \"From \" line\nhi there joe@x.example joe@x.example 2\none two \ndated\n", seen.Output);
        Assert.Equal("me@x.example\n", Binary.Run(["-C", _site.ConfigFile, "-bem", file, "-f", "me@x.example", "$sender_address"]).Output);
        var missing = Binary.Run(["-C", _site.ConfigFile, "-bem", "/nonexistent/message", "$h_subject:"]);
        Assert.Equal((1, ""), (missing.Status, missing.Output));
        Assert.Contains("failed to open /nonexistent/message: No such file or directory", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_of_the_queue_is_looked_at()
    {
        var sent = Binary.Run(["-C", _site.ConfigFile, "-odq", "-f", "joe@x.example", "alice@example.com"], "Subject: waiting\n\nbody\n");
        Assert.True(sent.Status == 0, sent.ToString());
        var id = Binary.Run(["-C", _site.ConfigFile, "-bp"]).Output.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2];
        Assert.Equal($"{id} joe@x.example waiting body 1\n", Binary.Run(["-C", _site.ConfigFile, "-Mset", id, "-be", "$message_exim_id $sender_address $h_subject: $message_body$recipients_count"]).Output);
    }

    [Theory]
    [InlineData("no message ids given after -Mset option", "-Mset", "-be", "x")]
    [InlineData("malformed message id foo after -Mset option", "-Mset", "foo", "-be", "x")]
    public void Wrong_ids_end_with_status_1(string error, params string[] arguments)
    {
        var result = Binary.Run(["-C", _site.ConfigFile, .. arguments]);
        Assert.Equal((1, ""), (result.Status, result.Output));
        Assert.Contains(error, result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _site.Dispose();

    CommandResult Expand(string input, params string[] templates) => Binary.Run(["-C", _site.ConfigFile, "-be", .. templates], input);
}
