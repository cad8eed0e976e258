using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using BillingFunctions.Simulators.Stripe.Customers;

namespace BillingFunctions.Simulators.Amounts;

/// <summary>Amounts that follow from the seed, the customer and the month alone.</summary>
internal sealed class SeededAmounts(AmountSimulatorOptions options)
{
    public DueAmount Of(string customerId, string month)
    {
        var mix = new Mix(options.Seed, NumberOf($"{customerId}\n{month}"));
        var isMissing = mix.Chance(options.MissingRate);
        var isNull = mix.Chance(options.NullRate);
        var isZero = mix.Chance(options.ZeroRate);
        var amount = 1 + mix.Below(options.MaxAmount);
        return new DueAmount(!isMissing, isNull ? null : isZero ? 0 : amount, CurrencyOf(customerId));
    }

    public string CurrencyOf(string customerId) => new Mix(options.Seed, NumberOf(customerId)).Of(options.Currencies);

    private static ulong NumberOf(string text) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
