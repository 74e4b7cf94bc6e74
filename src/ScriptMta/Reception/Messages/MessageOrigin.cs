using ScriptMta.Acl;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>Who is behind a message of local origin (or one in submission mode), and how far they are believed.</summary>
sealed record MessageOrigin
{
    /// <summary>The address that From: gets when it is missing, with a name or without; the null sender adds none.</summary>
    public required MailAddress From { get; init; }
    public string FullName { get; init; } = "";
    /// <summary>The caller's own address, which Sender: tells when From: names somebody else.</summary>
    public MailAddress Caller { get; init; }
    public string CallerName { get; init; } = "";
    /// <summary>From: is not compared, and Sender: stays as it came.</summary>
    public bool IsTrusted { get; init; }
    /// <summary>control = suppress_local_fixups, where control = submission does not ask for them.</summary>
    public bool SuppressFixups { get; init; }

    /// <summary>
    /// A host's message in submission mode (Exim 48.1): the authenticated user is the caller. Unless sender_retain says otherwise the envelope sender becomes the user's address, from the
    /// last ACL on; bounces stay bounces.
    /// </summary>
    public static MessageOrigin OfSubmission(SubmissionOptions options, Transaction transaction, ExpansionContext context)
    {
        var (given, user) = (transaction.Sender, options.SenderRetain ? MailAddress.Null : User(options, context));
        if (!user.IsNull && !given.IsNull) (transaction.Sender, context.Message.Sender) = (user, user);
        return new()
        {
            From = given.IsNull ? user : given, FullName = options.Name, Caller = user, CallerName = options.Name, IsTrusted = options.SenderRetain,
        };
    }

    static MailAddress User(SubmissionOptions options, ExpansionContext context)
    {
        var id = context.Connection.AuthenticatedId;
        if (id.Length == 0) return MailAddress.Null;
        return options.Domain is "" ? MailAddress.Split(id) : new(AddressCharacters.QuoteLocalPart(id), options.Domain ?? context.Environment.QualifyDomain);
    }

    /// <summary>The caller's full name goes with the caller's address only, a name given with -F with any.</summary>
    public static MessageOrigin OfCaller(LocalCaller caller, SubmissionRequest request, MailAddress sender, AclSession acl, RuleEnvironment environment)
    {
        var own = caller.Address(environment);
        return new()
        {
            From = sender, FullName = request.FullName ?? (!caller.IsTrusted || sender.SameAs(own) ? caller.FullName : ""), Caller = own, CallerName = caller.FullName, IsTrusted = caller.IsTrusted,
            SuppressFixups = acl.Controls.ContainsKey("suppress_local_fixups") && !acl.Controls.ContainsKey("submission"),
        };
    }
}
