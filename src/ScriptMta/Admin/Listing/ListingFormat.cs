using System.Text;
using ScriptMta.Queue;

namespace ScriptMta.Admin;

/// <summary>How a listing is printed. Several threads may print at once, each into its own text; what one wrote follows what the one before wrote, with the separator between.</summary>
abstract class ListingFormat
{
    /// <summary>Stands between two messages.</summary>
    public virtual string Separator => "";

    public virtual string Begin(int messages) => "";
    public abstract void Message(StringBuilder text, QueueListing message);
    public virtual string End(int messages, long bytes) => "";

    /// <param name="flags">The letters after -bp; see <see cref="EximListing"/>.</param>
    public static ListingFormat? ByName(string name, DateTimeOffset now, string flags) => name switch
    {
        "exim" => new EximListing(now, flags),
        "ids" => new IdListing(),
        "exiqgrep" => new ExiqgrepListing(now),
        "brief" => new BriefListing(),
        "sendmail" => new SendmailListing(),
        "json" => new JsonListing(),
        _ => null,
    };
}

/// <summary>Message ids only (-bpi, exiqgrep -i).</summary>
sealed class IdListing : ListingFormat
{
    public override void Message(StringBuilder text, QueueListing message) => text.Append(message.Id.Text).Append('\n');
}
