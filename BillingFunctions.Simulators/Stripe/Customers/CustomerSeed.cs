using System.Globalization;

namespace BillingFunctions.Simulators.Stripe.Customers;

/// <summary>Computes the n-th customer; later numbers are never older.</summary>
internal sealed class CustomerSeed(CustomerSeedOptions options)
{
    public int Count => options.Count;

    /// <summary>Unix seconds.</summary>
    public long CreatedAt(int number)
    {
        var share = (double)(number - (number % options.Burst)) / options.Count;
        return options.From.ToUnixTimeSeconds() + (long)(options.Span.TotalSeconds * Math.Pow(share, 1 / options.Skew));
    }

    /// <summary>How many were created before a time in Unix seconds.</summary>
    public int CountBefore(long created)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = CreatedAt(middle) < created ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The only seeded customer that can have this e-mail, since each has its number in it.</summary>
    public int? NumberOf(string email)
    {
        var digits = email.Split('@')[0].Split('.')[^1];
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Count ? number : null;
    }

    public CustomerRecord Build(int number)
    {
        var mix = new Mix((ulong)options.Seed, (ulong)number);
        var customer = new CustomerNumber(number, IsSeeded: true);
        var (first, last, country) = (mix.Of(SampleText.FirstNames), mix.Of(SampleText.LastNames), mix.Of(SampleText.Countries));
        var address = mix.Chance(0.9) ? Address(ref mix, country) : null;
        var phone = mix.Chance(0.7) ? string.Create(CultureInfo.InvariantCulture, $"{country.Dial}{mix.Below(900_000_000) + 100_000_000}") : null;
        var name = mix.Chance(options.AwkwardShare) ? mix.Of(SampleText.AwkwardNames) : $"{first} {last}";
        return new CustomerRecord
        {
            Number = customer,
            Id = customer.ToId(),
            Created = CreatedAt(number),
            Address = address,
            Balance = mix.Chance(0.1) ? -mix.Below(50_000) : 0,
            Currency = mix.Chance(0.95) ? country.Currency : null,
            Delinquent = mix.Chance(0.03),
            Description = mix.Chance(options.AwkwardShare) ? mix.Of(SampleText.AwkwardNotes) : null,
            Email = string.Create(CultureInfo.InvariantCulture, $"{first}.{last}.{number}@example.com").ToLowerInvariant(),
            InvoicePrefix = Mix.Hash((ulong)number, 8).ToString("X16", CultureInfo.InvariantCulture)[..8],
            Metadata = Metadata(ref mix, number),
            Name = name,
            NextInvoiceSequence = mix.Below(40) + 1,
            Phone = phone,
            PreferredLocales = mix.Chance(0.3) ? [country.Locale] : [],
            Shipping = mix.Chance(0.25) ? new ShippingRecord(address, name, phone) : null,
            TaxExempt = mix.Chance(0.05) ? "reverse" : "none",
        };
    }

    private static AddressRecord Address(ref Mix mix, SampleCountry country) => new(
        mix.Of(country.Cities),
        country.Code,
        string.Create(CultureInfo.InvariantCulture, $"{mix.Below(400) + 1} {mix.Of(SampleText.Streets)}"),
        mix.Chance(0.2) ? string.Create(CultureInfo.InvariantCulture, $"Floor {mix.Below(30)}, \"B\" wing") : null,
        string.Create(CultureInfo.InvariantCulture, $"{mix.Below(90_000) + 10_000}"),
        country.State);

    private Dictionary<string, string> Metadata(ref Mix mix, int number)
    {
        var metadata = new Dictionary<string, string>
        {
            ["plan"] = mix.Of(SampleText.Plans),
            ["account"] = number.ToString(CultureInfo.InvariantCulture),
        };
        if (mix.Chance(options.AwkwardShare))
        {
            metadata["note"] = mix.Of(SampleText.AwkwardNotes);
        }

        return metadata;
    }
}
