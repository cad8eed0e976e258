using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace BillingFunctions.Simulators.Stripe.Api.Forms;

/// <summary>Reads the parameters of a call and remembers the first that is wrong.</summary>
internal sealed class ParameterReader(IReadOnlyDictionary<string, StringValues> parameters)
{
    private ILookup<string, KeyValuePair<string, StringValues>>? _nested;

    /// <summary>What to refuse the call with; null while all is well.</summary>
    public StripeProblem? Problem { get; private set; }

    public void Fail(StripeProblem problem) => Problem ??= problem;

    /// <summary>Refuses whatever is not among the names; <c>address[city]</c> counts as <c>address</c>.</summary>
    public void Allow(IReadOnlySet<string> names)
    {
        var unknown = parameters.Keys.Select(RootOf).FirstOrDefault(name => !names.Contains(name));
        if (unknown is not null)
        {
            Fail(StripeProblem.UnknownParameter(unknown));
        }
    }

    /// <summary>Refuses what Stripe knows and the simulator does not, and whatever Stripe does not know.</summary>
    /// <param name="within">The parameter whose fields are meant, such as <c>lines[0]</c>; null for those of the call.</param>
    public void Allow(IReadOnlySet<string> names, IReadOnlySet<string> notSimulated, string? within = null)
    {
        var sent = within is null ? parameters.Keys.Select(RootOf) : Entries(within).Select(entry => entry.Key.Split(']', 2)[0]);
        if (sent.FirstOrDefault(name => !names.Contains(name)) is { } wrong)
        {
            var path = within is null ? wrong : $"{within}[{wrong}]";
            Fail(notSimulated.Contains(wrong) ? StripeProblem.NotSimulated(path) : StripeProblem.UnknownParameter(path));
        }
    }

    public bool Has(string name) => parameters.ContainsKey(name);

    /// <summary>Whether the parameter, or anything nested in it, was sent.</summary>
    public bool HasAny(string name) => Has(name) || Nested.Contains(name);

    public string? Text(string name, int longest = 5000)
    {
        // Sent twice, the last counts
        var value = parameters.TryGetValue(name, out var values) ? values[^1] ?? "" : null;
        if (value?.Length > longest)
        {
            Fail(StripeProblem.Invalid(name, $"Invalid string: must be at most {longest} characters", "parameter_invalid_string_length"));
        }

        return value;
    }

    /// <summary>The parameter when it was sent (null when sent empty, which clears), else what was there before.</summary>
    public string? TextOr(string? current, string name, int longest = 5000)
        => Text(name, longest) is { } text ? (text.Length == 0 ? null : text) : current;

    public long? Integer(string name, long least = long.MinValue, long most = long.MaxValue)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            Fail(StripeProblem.Invalid(name, $"Invalid integer: {text}", "parameter_invalid_integer"));
        }
        else if (value < least || value > most)
        {
            Fail(StripeProblem.Invalid(name, $"Invalid integer: {name} must be between {least} and {most}", "parameter_invalid_integer"));
        }

        return value;
    }

    public bool? Flag(string name)
    {
        switch (Text(name))
        {
            case null or "":
                return null;
            case "true":
                return true;
            case "false":
                return false;
            case var text:
                Fail(StripeProblem.Invalid(name, $"Invalid boolean: {text}", "parameter_invalid_boolean"));
                return null;
        }
    }

    /// <summary>A parameter that takes only some words.</summary>
    public string? Word(string name, params ReadOnlySpan<string> words)
    {
        var text = Text(name);
        if (text is not null && !words.Contains(text))
        {
            Fail(StripeProblem.Invalid(name, $"Invalid {name}: must be one of {string.Join(", ", words)}"));
        }

        return text;
    }

    /// <summary>Refuses the call when a parameter is not there.</summary>
    public string Required(string name)
    {
        if (Text(name) is { Length: > 0 } text)
        {
            return text;
        }

        Fail(StripeProblem.Invalid(name, $"Missing required param: {name}.", "parameter_missing"));
        return "";
    }

    /// <exception cref="StripeRefusalException">A parameter was wrong.</exception>
    public void ThrowIfWrong()
    {
        if (Problem is { } problem)
        {
            throw new StripeRefusalException(problem);
        }
    }

    /// <summary>The entries <c>name[key]</c>, in the order they were sent; a key sent twice, such as <c>name[]</c>, is two entries.</summary>
    public IEnumerable<(string Key, string Value)> Entries(string name)
        => Nested[name]
            .Where(pair => pair.Key.EndsWith(']'))
            .SelectMany(pair => pair.Value.Select(value => (pair.Key[(name.Length + 1)..^1], value ?? "")));

    // By every name that they are in, so that a call of hundreds of lines is read in one pass
    private ILookup<string, KeyValuePair<string, StringValues>> Nested => _nested ??= parameters
        .SelectMany(pair => NamesAround(pair.Key), (pair, name) => (Name: name, Pair: pair))
        .ToLookup(found => found.Name, found => found.Pair);

    private static IEnumerable<string> NamesAround(string key)
    {
        for (var i = key.IndexOf('[', StringComparison.Ordinal); i >= 0; i = key.IndexOf('[', i + 1))
        {
            yield return key[..i];
        }
    }

    private static string RootOf(string key)
    {
        var bracket = key.IndexOf('[', StringComparison.Ordinal);
        return bracket < 0 ? key : key[..bracket];
    }
}
