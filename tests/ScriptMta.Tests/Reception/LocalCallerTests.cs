using System.Collections.Immutable;
using ScriptMta.Reception;
using ScriptMta.Tests.Expansion;

namespace ScriptMta.Tests.Reception;

/// <summary>Who a local caller is for $authenticated_id and $authenticated_sender (Exim 11.9, 5.2).</summary>
public sealed class LocalCallerTests
{
    [Theory]
    [InlineData(false, null, "ann@mail.example.com")]
    [InlineData(false, "boss@x", "ann@mail.example.com")]
    [InlineData(true, "boss@x", "boss@x")]
    [InlineData(true, null, "ann@mail.example.com")]
    public void A_caller_is_its_own_authenticated_sender_unless_a_trusted_one_says_otherwise(bool isTrusted, string? told, string expected)
    {
        var caller = new LocalCaller("ann", "", 1000, 1000, isTrusted);
        Assert.Equal(expected, caller.AuthenticatedSender(Request("as", told), ExpansionFixture.Environment()));
    }

    [Theory]
    [InlineData(false, "root", "ann")]
    [InlineData(true, "root", "root")]
    [InlineData(true, null, "ann")]
    public void The_login_is_the_authenticated_id_unless_a_trusted_caller_says_otherwise(bool isTrusted, string? told, string expected) =>
        Assert.Equal(expected, LocalFacts.Of(Request("ai", told), new LocalCaller("ann", "", 1000, 1000, isTrusted)).AuthenticatedId);

    static SubmissionRequest Request(string letters, string? told) => new()
    {
        CallerUid = 1000, CallerGid = 1000,
        Facts = told is null ? ImmutableDictionary<string, string>.Empty : ImmutableDictionary<string, string>.Empty.Add(letters, told),
    };
}
