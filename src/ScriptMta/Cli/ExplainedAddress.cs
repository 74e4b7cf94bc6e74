using System.Text.Json.Nodes;
using ScriptMta.Common;
using ScriptMta.Logging;
using ScriptMta.Routing;

namespace ScriptMta.Cli;

/// <summary>One address, the steps its routing took, and what came of it.</summary>
sealed record ExplainedAddress(string Address, IReadOnlyList<TraceStep> Steps, RoutingResult? Result, string? SyntaxError)
{
    /// <summary>-bv's exit statuses: 2 an address failed, 1 one was deferred.</summary>
    public int Status => Result is null ? 2
        : Result.Outcomes.Any(o => o is AddressOutcome.Failed) ? 2
        : Result.Outcomes.Any(o => o is AddressOutcome.Deferred) ? 1 : 0;

    public void Print()
    {
        Terminal.Out(Terminal.Bold(Address) + "\n");
        if (SyntaxError is not null) Terminal.Out($"  {Terminal.Red("not an address")}: {SyntaxError}\n");
        foreach (var step in Steps) Terminal.Out(Line(step) + "\n");
        foreach (var outcome in Result?.Outcomes ?? []) if (Summary(outcome) is { } summary) Terminal.Out(summary + "\n");
    }

    static string Line(TraceStep step)
    {
        var place = step.At.Line == 0 ? "" : Terminal.Dim($"  [{Short(step.At)}]");
        var result = step.Result.Length == 0 ? "" : $": {step.Result}";
        return $"{new string(' ', 2 + 2 * step.Depth)}{step.Kind} {step.Text}{result}{place}";
    }

    /// <summary>Files below the current directory are named from there, as the user did.</summary>
    static SourceLocation Short(SourceLocation at)
    {
        var here = Latin1.FromUnicode(Environment.CurrentDirectory) + "/";
        return at.File.StartsWith(here, StringComparison.Ordinal) ? at with { File = at.File[here.Length..] } : at;
    }

    static string? Summary(AddressOutcome outcome) => outcome switch
    {
        AddressOutcome.Deliver deliver => $"{Terminal.Green("=>")} {Name(outcome.Address)}: transport {deliver.Delivery.Transport} (router {deliver.Delivery.Router}){Hosts(deliver.Delivery)}{Headers(deliver.Delivery)}",
        AddressOutcome.Discarded discarded => $"{Terminal.Green("=>")} {Name(outcome.Address)}: discarded by router {discarded.Router}: {discarded.Reason}",
        AddressOutcome.Failed failed => $"{Terminal.Red("**")} {Name(outcome.Address)}: {failed.Text}",
        AddressOutcome.Deferred deferred => $"{Terminal.Red("==")} {Name(outcome.Address)}: {deferred.Text}",
        _ => null,
    };

    static string Name(RoutedAddress address) => address.Kind switch
    {
        TargetKind.File => address.Target,
        TargetKind.Pipe => "|" + address.Target,
        TargetKind.Reply => ">" + address.Address,
        _ => address.Address.ToString(),
    };

    static string Hosts(PlannedDelivery delivery) => delivery.Hosts.IsEmpty ? ""
        : "\n" + string.Join('\n', delivery.Hosts.Select(h => $"     host {h.Name} [{string.Join(", ", h.Addresses)}]{(h.Mx is { } mx ? $" MX={mx}" : "")}{(h.Port is { } port ? $" port={port}" : "")}"));

    static string Headers(PlannedDelivery delivery) => delivery.HeadersAdd.IsEmpty ? ""
        : "\n" + string.Join('\n', delivery.HeadersAdd.Select(h => $"     adds {h}"));

    public JsonObject ToJson() => new()
    {
        ["address"] = JsonOutput.Text(Address),
        ["status"] = Status,
        ["error"] = JsonOutput.Text(SyntaxError),
        ["steps"] = JsonOutput.Steps(Steps),
        ["outcomes"] = new JsonArray([.. (Result?.Outcomes ?? []).Select(OutcomeJson)]),
    };

    static JsonNode OutcomeJson(AddressOutcome outcome)
    {
        var json = new JsonObject { ["address"] = JsonOutput.Text(Name(outcome.Address)), ["parent"] = JsonOutput.Text(outcome.Address.Parent?.Address.ToString()), ["outcome"] = outcome.GetType().Name.LowerAscii() };
        switch (outcome)
        {
            case AddressOutcome.Deliver deliver:
                json["router"] = JsonOutput.Text(deliver.Delivery.Router);
                json["transport"] = JsonOutput.Text(deliver.Delivery.Transport);
                json["hosts"] = new JsonArray([.. deliver.Delivery.Hosts.Select(h => (JsonNode)JsonOutput.Text(h.Name))]);
                json["headers_add"] = new JsonArray([.. deliver.Delivery.HeadersAdd.Select(h => (JsonNode)JsonOutput.Text(h.ToString()))]);
                break;
            case AddressOutcome.Redirected redirected:
                json["router"] = JsonOutput.Text(redirected.Router);
                json["children"] = new JsonArray([.. redirected.Children.Select(c => (JsonNode)JsonOutput.Text(Name(c)))]);
                break;
            case AddressOutcome.Discarded discarded: json["text"] = JsonOutput.Text(discarded.Reason); break;
            case AddressOutcome.Failed failed: json["text"] = JsonOutput.Text(failed.Text); break;
            case AddressOutcome.Deferred deferred: json["text"] = JsonOutput.Text(deferred.Text); break;
        }
        return json;
    }
}
