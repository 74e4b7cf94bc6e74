using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime.Descriptors;

namespace ScriptMta.Scripting;

/// <summary>
/// Makes everything that scripts can reach from the global object read-only, so that a call cannot leave anything for the next. What stays open: variables in closures
/// that the script itself keeps, and "message" and "name" of the error prototypes, without which errors could not be made.
/// </summary>
static class FrozenGraph
{
    public static void Freeze(ObjectInstance global)
    {
        var seen = new HashSet<ObjectInstance>(ReferenceEqualityComparer.Instance);
        var open = new Stack<ObjectInstance>([global]);
        while (open.TryPop(out var current))
        {
            if (!seen.Add(current)) continue;
            if (current.Prototype is { } prototype) open.Push(prototype);
            foreach (var (name, property) in current.GetOwnProperties().ToList())
            {
                Close(current, name, property);
                foreach (var value in (ReadOnlySpan<JsValue?>)[property.Value, property.Get, property.Set])
                    if (value is not null && value.IsObject()) open.Push(value.AsObject());
            }
            current.Extensible = false;
        }
    }

    static void Close(ObjectInstance owner, string name, PropertyDescriptor property)
    {
        property.Configurable = false;
        if (!property.IsAccessorDescriptor() && !(owner.Class == "Error" && name is "message" or "name")) property.Writable = false;
    }
}
