using System.Globalization;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>Values as an OData filter writes them.</summary>
internal static class FilterValues
{
    public static string Format(FormattableString filter)
    {
        var values = Array.ConvertAll(filter.GetArguments(), value => (object)Format(value));
        return string.Format(CultureInfo.InvariantCulture, filter.Format, values);
    }

    /// <exception cref="ArgumentException">Tables cannot compare with such a value.</exception>
    public static string Format(object? value) => value switch
    {
        string text => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
        char or Enum => Format(value.ToString()),
        bool flag => flag ? "true" : "false",
        int or short or sbyte or byte or ushort => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        long or uint => Convert.ToString(value, CultureInfo.InvariantCulture) + "L",
        double number => Floating(number),
        float number => Floating(number),
        Guid guid => $"guid'{guid}'",
        DateTimeOffset time => Time(time.UtcDateTime),
        DateTime { Kind: DateTimeKind.Local } time => Time(time.ToUniversalTime()),
        DateTime time => Time(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
        byte[] bytes => $"X'{Convert.ToHexStringLower(bytes)}'",
        BinaryData data => $"X'{Convert.ToHexStringLower(data.ToMemory().Span)}'",
        null => throw new ArgumentException("Tables cannot compare with null: a null property is not stored.", nameof(value)),
        _ => throw new ArgumentException($"Unable to convert value from type {value.GetType()} to an OData literal.", nameof(value)),
    };

    // Without a point it would be read as an integer.
    private static string Floating(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return double.IsFinite(number) && !text.AsSpan().ContainsAny('.', 'E') ? text + ".0" : text;
    }

    private static string Time(DateTime utc) => $"datetime'{utc.ToString("O", CultureInfo.InvariantCulture)}'";
}
