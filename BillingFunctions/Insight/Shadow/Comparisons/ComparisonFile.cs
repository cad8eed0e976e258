using System.Globalization;
using System.Text.Unicode;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Csv;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Storage;
using CsvHelper;

namespace BillingFunctions.Insight.Shadow.Comparisons;

/// <summary>A file of another system: UTF-8, separated by commas, semicolons or tabs, with a first line that names the columns.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="IgnoredColumns">The columns that are not read.</param>
internal sealed record ComparisonFile(IReadOnlyList<ComparisonRow> Rows, IReadOnlyList<string> IgnoredColumns)
{
    public const int MaxBytes = 10 * 1024 * 1024;
    public const int MaxRows = 50_000;

    private const int MaxErrors = 100;
    private const string File = "file";

    /// <summary>The columns with the id of what a row is about; the first that has a value counts.</summary>
    private static readonly string[] Subjects = ["subject", "item_id", "invoice_id", "customer_id"];

    private static readonly string[] Others = ["kind", "operation", "amount", "currency", "month"];

    private static readonly Dictionary<string, ShadowKind> Kinds = NamesOf<ShadowKind>();
    private static readonly Dictionary<string, ShadowOperation> Operations = NamesOf<ShadowOperation>();

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">Its content.</param>
    /// <param name="errors">Gets what is wrong: by line for the first hundred rows that are, or with the file as a whole.</param>
    /// <returns>Null when anything is wrong.</returns>
    public static ComparisonFile? Read(byte[] bytes, FieldErrors errors)
    {
        if (!Utf8.IsValid(bytes))
        {
            errors.Add(File, "The file must be UTF-8.");
            return null;
        }

        var (fault, wrong, rows) = ((CsvMalformedReason?)null, 0, new List<ComparisonRow>());
        using var csv = CsvReader.Create(bytes, new CsvReaderOptions { TrackLineNumbers = true, TrimWhitespace = true, OnMalformedRecord = malformed => fault = malformed.Reason });
        csv.ReadHeader();
        if (ColumnsOf([.. csv.Headers], errors) is not { } columns)
        {
            return null;
        }

        while (wrong < MaxErrors && csv.Read())
        {
            var line = (int)csv.LineNumber;
            var row = fault is null or CsvMalformedReason.StrayQuote ? new RowReader(Cell, line).Read() : new RowResult(null, "A quote is opened or closed in the wrong place.");
            fault = null;
            if (row.Error is { } error)
            {
                errors.Add(string.Create(CultureInfo.InvariantCulture, $"line {line}"), error);
                wrong++;
                continue;
            }

            rows.Add(row.Row!);
            if (rows.Count > MaxRows)
            {
                errors.Add(File, string.Create(CultureInfo.InvariantCulture, $"A file may have {MaxRows} rows. Split it, by month or by operation."));
                return null;
            }
        }

        if (rows.Count == 0 && !errors.Any)
        {
            errors.Add(File, "The file has no rows.");
        }

        return errors.Any ? null : new ComparisonFile(rows, columns.Ignored);

        string Cell(string name) => columns.Known.TryGetValue(name, out var index) && index < csv.FieldCount ? csv.GetString(index).Trim() : "";
    }

    private static (Dictionary<string, int> Known, IReadOnlyList<string> Ignored)? ColumnsOf(IReadOnlyList<string> headers, FieldErrors errors)
    {
        var (known, ignored) = (new Dictionary<string, int>(StringComparer.Ordinal), new List<string>());
        foreach (var (index, header) in headers.Index())
        {
            var name = header.Trim().ToLowerInvariant().Replace(' ', '_');
            if (!Subjects.Concat(Others).Contains(name))
            {
                ignored.Add(header);
            }
            else if (!known.TryAdd(name, index))
            {
                errors.Add(File, $"There are two columns {name}.");
            }
        }

        if (!known.ContainsKey("operation") || !Subjects.Any(known.ContainsKey))
        {
            errors.Add(File, $"The first line must name the columns: operation and one of {string.Join(", ", Subjects)}; it may also name kind, amount, currency and month.");
        }

        return errors.Any ? null : (known, ignored);
    }

    private static Dictionary<string, TEnum> NamesOf<TEnum>()
        where TEnum : struct, Enum => Enum.GetValues<TEnum>().ToDictionary(ShadowActions.NameOf, StringComparer.Ordinal);

    private sealed record RowResult(ComparisonRow? Row, string? Error);

    /// <summary>Reads the cells of a row.</summary>
    /// <param name="cell">The text of a column; empty when there is none.</param>
    /// <param name="line">The line of the file.</param>
    private sealed class RowReader(Func<string, string> cell, int line)
    {
        private readonly List<string> _errors = [];

        public RowResult Read()
        {
            var operation = Operations.TryGetValue(cell("operation").ToLowerInvariant(), out var known) ? known : Refuse<ShadowOperation>($"operation must be one of {string.Join(", ", Operations.Keys)}.");
            var kind = cell("kind") is { Length: > 0 } name ? KindOf(name) : DefaultKindOf(operation);
            var subject = FormulaCell.Unescape(Subjects.Select(cell).FirstOrDefault(text => text.Length > 0) ?? "");
            if (!TableKey.IsValid(subject))
            {
                Refuse<string>($"One of {string.Join(", ", Subjects)} must have an id of at most 255 characters.");
            }

            var row = new ComparisonRow(line, kind, operation, subject, Amount(), Currency(), Month());
            return _errors.Count == 0 ? new RowResult(row, Error: null) : new RowResult(null, string.Join(" ", _errors));
        }

        private static ShadowKind DefaultKindOf(ShadowOperation operation) => operation switch
        {
            ShadowOperation.SendMail => ShadowKind.Mail,
            ShadowOperation.PostNotice => ShadowKind.Http,
            _ => ShadowKind.Stripe,
        };

        private ShadowKind KindOf(string name) =>
            Kinds.TryGetValue(name.ToLowerInvariant(), out var kind) ? kind : Refuse<ShadowKind>($"kind must be one of {string.Join(", ", Kinds.Keys)}, or empty.");

        private long? Amount() => cell("amount") is not { Length: > 0 } text ? null
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount) ? amount
            : Refuse<long?>("amount must be a whole number of minor units, such as 1250 for 12.50, or empty.");

        private string? Currency() => cell("currency").ToLowerInvariant() is not { Length: > 0 } code ? null
            : Currencies.IsKnown(code) ? code
            : Refuse<string?>("currency must be the code of a currency, such as usd, or empty.");

        private string? Month() => cell("month") is not { Length: > 0 } text ? null
            : BillingMonth.TryParse(text, out var month) ? month.ToString()
            : Refuse<string?>($"month must be {BillingMonth.Allowed}, or empty.");

        private T? Refuse<T>(string error)
        {
            _errors.Add(error);
            return default;
        }
    }
}
