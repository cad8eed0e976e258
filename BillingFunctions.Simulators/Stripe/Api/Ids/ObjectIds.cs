using BillingFunctions.Simulators.Stripe.Customers;

namespace BillingFunctions.Simulators.Stripe.Api.Ids;

/// <summary>Makes ids such as <c>evt_1…</c>. Two simulators started at different times never make the same.</summary>
internal sealed class ObjectIds(ulong seed)
{
    private const int Length = 24;
    private const int NumberLength = 6;

    private long _last;

    public string Next(string prefix) => Of(prefix, (ulong)Interlocked.Increment(ref _last));

    public string Of(string prefix, ulong number) => string.Create(prefix.Length + Length, (prefix, number, seed), static (id, state) =>
    {
        state.prefix.CopyTo(id);
        var rest = id[state.prefix.Length..];
        rest[0] = '1';
        Base62.Write(rest.Slice(1, NumberLength), state.number);
        var scrambled = rest[(NumberLength + 1)..];
        Base62.Write(scrambled[..8], Mix.Hash(state.seed, state.number));
        Base62.Write(scrambled[8..], Mix.Hash(~state.seed, state.number));
    });
}
