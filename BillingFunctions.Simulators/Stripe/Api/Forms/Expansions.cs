namespace BillingFunctions.Simulators.Stripe.Api.Forms;

/// <summary>The fields that a call wants whole instead of their id.</summary>
internal sealed class Expansions
{
    private readonly HashSet<string> _paths;

    private Expansions(HashSet<string> paths) => _paths = paths;

    /// <summary>Reads <c>expand[]</c>; in a list each path begins with <c>data.</c></summary>
    /// <param name="possible">The paths that can be expanded; any other refuses the call.</param>
    public static Expansions Read(ParameterReader reader, IReadOnlySet<string> possible, bool isList = false)
    {
        var prefix = isList ? "data." : "";
        var wanted = reader.Entries("expand").Select(entry => entry.Value).ToList();
        if (wanted.Find(path => !path.StartsWith(prefix, StringComparison.Ordinal) || !possible.Contains(path[prefix.Length..])) is { } wrong)
        {
            reader.Fail(StripeProblem.Invalid("expand", $"This property cannot be expanded ({wrong})."));
            return new Expansions([]);
        }

        return new Expansions([.. wanted.Select(path => path[prefix.Length..])]);
    }

    /// <summary>Whether the field at this path is wanted, or one within it.</summary>
    public bool Has(string path) => _paths.Contains(path) || _paths.Any(wanted => wanted.StartsWith(path + ".", StringComparison.Ordinal));
}
