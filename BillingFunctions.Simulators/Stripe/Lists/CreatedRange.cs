namespace BillingFunctions.Simulators.Stripe;

/// <summary>Bounds of <c>created</c> in Unix seconds, both included.</summary>
internal readonly record struct CreatedRange(long From, long To)
{
    public static CreatedRange Read(ParameterReader reader)
    {
        if (reader.Integer("created") is { } exactly)
        {
            return new CreatedRange(exactly, exactly);
        }

        var from = Math.Max(reader.Integer("created[gte]") ?? 0, (reader.Integer("created[gt]") ?? -1) + 1);
        var to = Math.Min(reader.Integer("created[lte]") ?? uint.MaxValue, (reader.Integer("created[lt]") ?? uint.MaxValue) - 1);
        return new CreatedRange(from, to);
    }
}
