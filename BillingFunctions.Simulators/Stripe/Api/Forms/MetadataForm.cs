namespace BillingFunctions.Simulators.Stripe.Api.Forms;

/// <summary>Reads <c>metadata[key]</c>: merged key by key; an empty value removes a key, an empty <c>metadata</c> all.</summary>
internal static class MetadataForm
{
    private const int MaxCount = 50;
    private const int MaxKey = 40;
    private const int MaxValue = 500;

    public static IReadOnlyDictionary<string, string> Read(
        ParameterReader form, IReadOnlyDictionary<string, string> current, string name = "metadata")
    {
        if (!form.HasAny(name))
        {
            return current;
        }

        var metadata = form.Has(name) ? [] : new Dictionary<string, string>(current);
        foreach (var (key, value) in form.Entries(name))
        {
            Check(form, name, key, value);
            metadata[key] = value;
            if (value.Length == 0)
            {
                metadata.Remove(key);
            }
        }

        if (metadata.Count > MaxCount)
        {
            form.Fail(StripeProblem.Invalid(name, $"Metadata can have at most {MaxCount} keys."));
        }

        return metadata;
    }

    private static void Check(ParameterReader form, string name, string key, string value)
    {
        if (key.AsSpan().ContainsAny('[', ']'))
        {
            form.Fail(StripeProblem.Invalid(name, "Metadata keys have no square brackets."));
        }

        if (key.Length > MaxKey || value.Length > MaxValue)
        {
            form.Fail(StripeProblem.Invalid($"{name}[{key}]", $"Metadata keys have at most {MaxKey} characters, values at most {MaxValue}."));
        }
    }
}
