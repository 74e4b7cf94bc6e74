namespace ScriptMta.Smtp;

/// <summary>The answers of PRDR (draft-hall-prdr): one for each recipient after the message, between two for the whole; Exim's words.</summary>
static class PrdrReplies
{
    public const string Requested = ", PRDR Requested";

    public static readonly Reply Begin = new(353, "", "PRDR content analysis beginning");

    public static Reply Accepts(string address) => new(250, "2.0.0", $"PRDR R=<{address}> acceptance");
    public static Reply Refuses(string address) => new(550, "5.7.1", $"PRDR R=<{address}> refusal");
    public static Reply Defers(string address) => new(450, "4.7.1", $"PRDR R=<{address}> temporary refusal");

    public static Reply AcceptedByAll(string id) => new(250, "2.0.0", $"id={id} message accepted");
    public static Reply AcceptedBySome(string id) => new(250, "2.0.0", $"id={id} message accepted for some recipients");
    public static Reply RefusedByAll(string id) => new(550, "5.7.1", $"id={id} message rejected for all recipients");
}
