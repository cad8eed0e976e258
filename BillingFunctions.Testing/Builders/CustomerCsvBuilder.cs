using System.Globalization;

namespace BillingFunctions.Testing.Builders;

/// <summary>Makes files for the customer upload.</summary>
internal static class CustomerCsvBuilder
{
    /// <summary>A header, and a row for each number.</summary>
    /// <param name="numbers">Of the customers; each row says its own in address and name.</param>
    /// <param name="idOf">The id of a number; by default the number itself.</param>
    /// <param name="more">Columns that are the same in each row.</param>
    public static IEnumerable<string> Lines(IEnumerable<int> numbers, Func<int, string>? idOf = null, params IReadOnlyList<(string Name, string Value)> more)
    {
        var header = string.Concat(more.Select(column => $",{column.Name}"));
        var cells = string.Concat(more.Select(column => $",{column.Value}"));
        return numbers
            .Select(number => string.Create(CultureInfo.InvariantCulture, $"{idOf?.Invoke(number) ?? $"{number}"},c{number}@example.com,Customer {number}{cells}"))
            .Prepend($"id,email,name{header}");
    }

    /// <summary>The lines as one file.</summary>
    public static string File(IEnumerable<string> lines) => string.Join('\n', lines);
}
