using System.Security.Cryptography;
using System.Text;
using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.Platform;

namespace BillingFunctions.CustomerUploads.Rows;

/// <summary>
/// Makes customers of rows. It must see all rows of a file, from the first on, to know which ids it has: it keeps 8 bytes of a hash for each, and of a
/// million ids two have the same ones in one case of 37 million.
/// </summary>
internal sealed class CustomerRowReader(CustomerColumns columns)
{
    private const int ShownValue = 80;

    /// <summary>Three bytes each, which is what the worst of them take compressed, fit into a column of 64 KiB.</summary>
    private const int MaxMetadata = 20_000;

    private readonly HashSet<long> _ids = [];

    /// <summary>Remembers the id of a row that has been dealt with already.</summary>
    public void Pass(UploadedRow row) => IsNew(row);

    /// <summary>The customer; null when something is wrong with the row, which then is in <paramref name="errors"/>.</summary>
    public UploadedCustomer? Read(UploadedRow row, List<RowError> errors)
    {
        var before = errors.Count;
        var isNew = IsNew(row);
        if (FaultOf(row) is { } fault)
        {
            errors.Add(new RowError(row.Line, null, null, fault));
            return null;
        }

        var cells = new Cells(columns, row, errors);
        var customer = ReadCells(cells);
        if (!isNew)
        {
            cells.Refuse(CustomerColumns.Id, customer.Id, "An earlier row has this id; it may be in a file once.");
        }

        return errors.Count == before ? customer : null;
    }

    private string? FaultOf(UploadedRow row) => row.Fault
        ?? (row.Cells.Length >= columns.Needed && !FailedRows.BehindColumns(row, columns).Any() ? null : $"The row has {row.Cells.Length} cells, and the header {columns.Names.Count}. A cell with a separator in it is put in quotes.");

    private static UploadedCustomer ReadCells(Cells cells) => new(
        cells.Read(CustomerColumns.Id, ColumnRule.Id, required: true)!,
        cells.Read(CustomerColumns.Email, ColumnRule.Email, required: true)!)
    {
        Name = cells.Read(CustomerColumns.Name, ColumnRule.Name),
        Phone = cells.Read(CustomerColumns.Phone, ColumnRule.Phone),
        Currency = cells.Read(CustomerColumns.Currency, ColumnRule.Currency),
        TimeZone = cells.Read(CustomerColumns.TimeZone, ColumnRule.TimeZone),
        StripeId = cells.Read(CustomerColumns.StripeCustomerId, ColumnRule.StripeCustomerId),
        FirstBillingMonth = cells.Read(CustomerColumns.FirstBillingMonth, ColumnRule.FirstBillingMonth),
        Metadata = cells.ReadMetadata(),
    };

    /// <summary>Every row counts that has an id, also one that is refused for something else: which of two is meant, only their sender knows.</summary>
    private bool IsNew(UploadedRow row)
    {
        var place = columns.PlaceOf(CustomerColumns.Id)!.Value;
        var id = place < row.Cells.Length && FaultOf(row) is null ? CellText.Of(row.Cells[place]) : "";
        return id.Length == 0 || _ids.Add(BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(ColumnRule.Id.Read(id) ?? id))));
    }

    /// <summary>The cells of one row.</summary>
    private sealed class Cells(CustomerColumns columns, UploadedRow row, List<RowError> errors)
    {
        /// <summary>The value of a known column: null when the file does not have it, empty when the cell is or is refused.</summary>
        public string? Read(string column, ColumnRule rule, bool required = false) =>
            columns.PlaceOf(column) is { } place ? Read(place, rule, required) : null;

        public Dictionary<string, string>? ReadMetadata()
        {
            if (columns.Metadata.Count == 0)
            {
                return null;
            }

            var metadata = columns.Metadata
                .Select(place => (Name: columns.Names[place], Value: Read(place, ColumnRule.Metadata, required: false)))
                .Where(entry => entry.Value.Length > 0)
                .ToDictionary(entry => entry.Name, entry => entry.Value);
            if (metadata.Sum(entry => entry.Key.Length + entry.Value.Length) > MaxMetadata)
            {
                errors.Add(new RowError(row.Line, null, null, $"What is kept as metadata may have {MaxMetadata} characters together, names included."));
            }

            return metadata;
        }

        public void Refuse(string column, string value, string message) => errors.Add(new RowError(row.Line, column, ShortText.Of(value, ShownValue), message));

        private string Read(int place, ColumnRule rule, bool required)
        {
            var value = CellText.Of(row.Cells[place]);
            if (value.Length == 0)
            {
                return required ? Refused(place, value, "It is required.") : "";
            }

            return rule.Read(value) ?? Refused(place, value, rule.DoubtAbout(value) ?? rule.Allowed);
        }

        private string Refused(int place, string value, string message)
        {
            Refuse(columns.Names[place], value, message);
            return "";
        }
    }
}

/// <summary>What is wrong with a row of a file.</summary>
/// <param name="Line">The line of the file that the row begins in, from 1; the header is line 1.</param>
/// <param name="Column">Null when it is about the whole row.</param>
/// <param name="Value">What stands there, or the beginning of it.</param>
/// <param name="Message">What is allowed.</param>
public sealed record RowError(long Line, string? Column, string? Value, string Message);

/// <summary>
/// What a good row says of a customer. Null: the file has no such column, and what is stored stays. Empty: the cell is, and what is stored goes.
/// </summary>
internal sealed record UploadedCustomer(string Id, string Email)
{
    public string? Name { get; init; }

    public string? Phone { get; init; }

    public string? Currency { get; init; }

    public string? TimeZone { get; init; }

    public string? StripeId { get; init; }

    /// <summary><c>yyyy-MM</c>.</summary>
    public string? FirstBillingMonth { get; init; }

    /// <summary>All there is to be; null when the file has no such columns.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
