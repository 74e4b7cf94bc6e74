using ScriptMta.Common;

namespace ScriptMta.Acl;

/// <summary>
/// queue = name (Exim 44.21): the message belongs to a named queue. The name is kept with the message ($queue_name, Q= in the log); for now the ordinary queue delivers and
/// retries it, which a warning says at load.
/// </summary>
static class QueueModifier
{
    public static AclStep Bind(AclPartSource source)
    {
        source.Problems.Warn(source.Argument.At, $"ACL \"{source.AclName}\": named queues have no runners of their own yet: the message keeps the name, and the ordinary queue delivers it");
        return AclArgument.Expanded(source, static (run, value) =>
        {
            if (value.IsTainted) return AclResult.Error($"Tainted name '{value.Text}' for queue not permitted");
            var name = value.Text.TrimSpace();
            if (name.Contains('/')) return AclResult.Error($"Directory separator not permitted in queue name: '{name}'");
            run.Context.Connection.QueueName = name;
            return AclResult.Ok;
        });
    }
}
