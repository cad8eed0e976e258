using BillingFunctions.Simulators.Stripe.Api.Forms;

namespace BillingFunctions.Simulators.Stripe.Lists;

/// <summary>Bounds of a time such as <c>created</c> in Unix seconds, both included.</summary>
internal readonly record struct CreatedRange(long From, long To)
{
    public static CreatedRange Read(ParameterReader reader, string name = "created")
    {
        if (reader.Integer(name) is { } exactly)
        {
            return new CreatedRange(exactly, exactly);
        }

        var from = Math.Max(reader.Integer($"{name}[gte]") ?? 0, (reader.Integer($"{name}[gt]") ?? -1) + 1);
        var to = Math.Min(reader.Integer($"{name}[lte]") ?? uint.MaxValue, (reader.Integer($"{name}[lt]") ?? uint.MaxValue) - 1);
        return new CreatedRange(from, to);
    }

    public bool Contains(long time) => time >= From && time <= To;
}
