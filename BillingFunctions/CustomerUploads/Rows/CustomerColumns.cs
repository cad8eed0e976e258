using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.Platform;

namespace BillingFunctions.CustomerUploads.Rows;

/// <summary>Which column of a file is what.</summary>
internal sealed class CustomerColumns
{
    public const string Id = "id";
    public const string Name = "name";
    public const string Email = "email";
    public const string Phone = "phone";
    public const string Currency = "currency";
    public const string TimeZone = "time_zone";
    public const string StripeCustomerId = "stripe_customer_id";
    public const string FirstBillingMonth = "first_billing_month";

    /// <summary>What <c>errors.csv</c> has on top. It may be sent back with them.</summary>
    public const string Line = "_line";

    /// <inheritdoc cref="Line"/>
    public const string Error = "_error";

    private const int MaxMetadata = 50;
    private const int MaxName = 40;

    private static readonly string TooMany = $"{MaxMetadata} columns besides the known ones are kept, the first ones.";

    private static readonly string[] Known = [Id, Name, Email, Phone, Currency, TimeZone, StripeCustomerId, FirstBillingMonth];
    private static readonly string[] Required = [Id, Email];
    private static readonly string[] Ours = [Line, Error];

    private readonly Dictionary<string, int> _places;

    private CustomerColumns(IReadOnlyList<string> names)
    {
        Names = names;
        _places = names.Index().Where(column => IsKnown(column.Item)).ToDictionary(column => column.Item, column => column.Index, StringComparer.OrdinalIgnoreCase);
        Places = [.. names.Index().Where(column => !IsOneOf(Ours, column.Item)).Select(column => column.Index)];
        Needed = names.Index().Last(column => column.Item.Length > 0 && !IsOneOf(Ours, column.Item)).Index + 1;
        var others = Places.Where(place => !IsKnown(names[place])).Select(place => new IgnoredColumn(place + 1, names[place], WhyIgnored(names[place]))).ToList();
        var usable = others.Where(column => column.Reason.Length == 0).ToList();
        Metadata = [.. usable.Take(MaxMetadata).Select(column => column.Column - 1)];
        Ignored = [.. others.Except(usable).Concat(usable.Skip(MaxMetadata).Select(column => column with { Reason = TooMany })).OrderBy(column => column.Column)];
    }

    /// <summary>All columns in the file's order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>How many cells a row must have: up to the last column of the sender's own that has a name. What is behind it may be left out.</summary>
    public int Needed { get; }

    /// <summary>Where the columns are that are the sender's own.</summary>
    public IReadOnlyList<int> Places { get; }

    /// <summary>Where the columns are that are kept as metadata.</summary>
    public IReadOnlyList<int> Metadata { get; }

    /// <summary>The columns that are not kept.</summary>
    public IReadOnlyList<IgnoredColumn> Ignored { get; }

    public static bool IsKnown(string name) => IsOneOf(Known, CellText.Of(name));

    /// <summary>Where a known column is; null when the file does not have it.</summary>
    public int? PlaceOf(string known) => _places.TryGetValue(known, out var place) ? place : null;

    /// <exception cref="UploadRefusedException">Customers cannot be read from these columns; says everything that is wrong with them.</exception>
    public static CustomerColumns From(CsvHeader header)
    {
        var names = header.Names.Select(CellText.Of).ToList();
        var faults = Faults(names).ToList();
        return faults.Count == 0 ? new CustomerColumns(names) : throw new UploadRefusedException(string.Join(' ', faults));
    }

    private static IEnumerable<string> Faults(List<string> names)
    {
        var missing = Required.Where(required => !IsOneOf(names, required)).ToList();
        if (missing.Count > 0)
        {
            yield return $"The first line must name the columns, and of these {string.Join(" and ", missing)} {(missing.Count == 1 ? "is" : "are")} missing. "
                + $"Known columns are {string.Join(", ", Known)}; others are kept as metadata. Found: {Shown(names)}.";
        }

        foreach (var doubled in names.Where(IsKnown).GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            yield return $"Column {doubled.Key} is there {doubled.Count()} times; it may be there once.";
        }
    }

    /// <summary>Why a column that is not known cannot be kept as metadata; empty when it can.</summary>
    private string WhyIgnored(string name) =>
        name.Length == 0 ? "It has no name."
        : name.Length > MaxName || name.Any(char.IsControl) ? $"The name of a column that is kept as metadata has up to {MaxName} characters, in one line."
        : Names.Count(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase)) > 1 ? "Several columns have this name; which of them is meant cannot be known."
        : "";

    private static bool IsOneOf(IEnumerable<string> names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static string Shown(List<string> names)
    {
        const int Enough = 20;
        var shown = string.Join(", ", names.Take(Enough).Select(name => ShortText.Of(name, MaxName)));
        return names.Count > Enough ? shown + ", …" : shown;
    }
}

/// <summary>A column that is not kept.</summary>
/// <param name="Column">Which one of the file, from 1.</param>
/// <param name="Name">Its name; may be empty.</param>
/// <param name="Reason">Why it is not kept.</param>
public sealed record IgnoredColumn(int Column, string Name, string Reason);
