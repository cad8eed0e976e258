namespace BillingFunctions.Simulators.Stripe.Customers;

/// <summary>Which customer: the n-th seeded or the n-th made since. Within one second all seeded ones are older than those made.</summary>
internal readonly record struct CustomerNumber(int Value, bool IsSeeded)
{
    private const string Prefix = "cus_";
    private const int NumberLength = 6;
    private const int ChecksumLength = 7;
    private const int IdLength = 18;

    private char Kind => IsSeeded ? '0' : 'z';

    /// <summary>An id that looks like Stripe's and sorts like the number; a checksum makes other ids unlikely to exist.</summary>
    public string ToId() => string.Create(IdLength, this, static (id, number) =>
    {
        Prefix.CopyTo(id);
        id[Prefix.Length] = number.Kind;
        Base62.Write(id.Slice(Prefix.Length + 1, NumberLength), (ulong)number.Value);
        Base62.Write(id[^ChecksumLength..], Mix.Hash((ulong)number.Value, number.Kind));
    });

    /// <summary>Reads an id back.</summary>
    public static bool TryParse(string id, out CustomerNumber number)
    {
        number = default;
        if (id.Length != IdLength || !id.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var value = 0L;
        foreach (var digit in id.AsSpan(Prefix.Length + 1, NumberLength))
        {
            value = (value * Base62.Digits.Length) + Base62.Digits.IndexOf(digit, StringComparison.Ordinal);
        }

        number = new CustomerNumber((int)Math.Clamp(value, 0, int.MaxValue), id[Prefix.Length] == '0');
        return number.ToId() == id;
    }
}
