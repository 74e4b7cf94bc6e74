using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Reception;

namespace ScriptMta.Tests.Reception;

/// <summary>Exim chapter 14, "Local user handling", as Exim 4.96 does it.</summary>
public sealed class LocalUserHandlingTests
{
    const uint Nobody = 65534, NotInTheDatabase = 4_000_000_000;

    static SubmissionRequest By(uint uid, string? sender = null) => new() { CallerUid = uid, CallerGid = uid, Recipients = ["a@b.c"], Sender = sender };

    static async Task<(SubmissionResult Result, string Headers, string Log)> SubmitAsync(SubmissionRequest request, Stream message, string configuration)
    {
        await using var fixture = await ReceptionFixture.OfAsync(configuration);
        var result = await new LocalSubmission(fixture.Spool, () => fixture.Rules, fixture.Ids).AcceptAsync(request, message, CancellationToken.None);
        var stored = await fixture.StoredAsync();
        return (result, stored.FirstOrDefault().Message?.Headers.ToText() ?? "", fixture.Log());
    }

    static Task<(SubmissionResult Result, string Headers, string Log)> SubmitAsync(SubmissionRequest request, string message, string configuration) =>
        SubmitAsync(request, new MemoryStream(Latin1.Encode(message)), configuration);

    [Theory]
    [InlineData("local_from_prefix = *-\n", "any-nobody", false)]
    [InlineData("local_from_suffix = +*\n", "nobody+lists", false)]
    [InlineData("local_from_prefix = *-\nlocal_from_suffix = +*\n", "x-nobody+y", false)]
    [InlineData("", "any-nobody", true)]
    [InlineData("local_from_prefix = *-\n", "any-other", true)]
    public async Task An_affix_that_is_allowed_in_From_needs_no_Sender(string configuration, string localPart, bool hasSender)
    {
        var (_, headers, _) = await SubmitAsync(By(Nobody), $"From: {localPart}@qd.example\n\nbody\n", configuration);
        Assert.Equal(hasSender, headers.Contains("Sender:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_name_in_From_is_what_gecos_pattern_and_gecos_name_make_of_it()
    {
        var (_, headers, _) = await SubmitAsync(By(Nobody), "Subject: x\n\nbody\n", "gecos_pattern = ^(..)(.*)\ngecos_name = $2-$1\n");
        var gecos = Users.ByUid(Nobody)!.Gecos;
        Assert.Contains($"From: {gecos[2..]}-{gecos[..2]} <nobody@qd.example>", headers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_field_that_gecos_pattern_does_not_match_is_read_as_without_it()
    {
        var (_, headers, _) = await SubmitAsync(By(Nobody), "Subject: x\n\nbody\n", "gecos_pattern = ^never(.*)\ngecos_name = $1\n");
        Assert.Contains($"From: {Users.ByUid(Nobody)!.Gecos.Split(',')[0]} <nobody@qd.example>", headers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_without_a_login_is_called_what_unknown_login_says()
    {
        var (_, headers, log) = await SubmitAsync(By(NotInTheDatabase), "Subject: x\n\nbody\n", "unknown_login = user$caller_uid\nunknown_username = Some One\n");
        Assert.Contains($"From: Some One <user{NotInTheDatabase}@qd.example>", headers, StringComparison.Ordinal);
        Assert.Contains($"U=user{NotInTheDatabase}", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trusted_groups = nogroup\n", true)]
    [InlineData("trusted_groups = 65534\n", true)]
    [InlineData("trusted_groups = root\n", false)]
    [InlineData("", false)]
    public async Task Members_of_trusted_groups_may_say_who_the_sender_is(string configuration, bool isTrusted)
    {
        var (_, headers, log) = await SubmitAsync(By(Nobody, "boss@x.example"), "From: boss@x.example\n\nbody\n", configuration + "untrusted_set_sender = *\n");
        Assert.Contains("<= boss@x.example", log, StringComparison.Ordinal);
        Assert.Equal(!isTrusted, headers.Contains("Sender:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_that_does_not_end_within_receive_timeout_is_given_up()
    {
        var endless = new System.IO.Pipelines.Pipe();
        await endless.Writer.WriteAsync("Subject: x\n\nbegun\n"u8.ToArray());
        var (result, headers, log) = await SubmitAsync(By(0), endless.Reader.AsStream(), "receive_timeout = 1s\n");
        Assert.Equal((null, ExitCode.Failure, "timed out while reading - message abandoned"), (result.Id, result.ExitCode, result.ErrorText));
        Assert.Equal("", headers);
        Assert.Contains("timed out while reading local message", log, StringComparison.Ordinal);
    }
}
