using BillingFunctions.Exports.Files;

namespace BillingFunctions.Exports;

/// <summary>The body of <c>POST /api/exports</c>.</summary>
public sealed record ExportRequest
{
    /// <summary>Where the file goes: <c>container</c> or <c>container/prefix</c>. Required; the container must exist.</summary>
    public string? TargetDirectory { get; init; }

    /// <summary>The file's name; <c>customers-&lt;run id&gt;.csv</c> when left out.</summary>
    public string? FileName { get; init; }

    /// <summary>The columns, in order; see <see cref="CustomerFields"/>.</summary>
    public IReadOnlyList<string?>? Fields { get; init; }

    /// <summary>Only customers created at or after this time.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Only customers created at or before this time; never later than a minute ago, so that the list stands still while it is read.</summary>
    public DateTimeOffset? CreatedTo { get; init; }

    /// <summary>Whether an existing file may be replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary><c>escape</c> (default) disarms cells that a spreadsheet would run as a formula; <c>raw</c> leaves them.</summary>
    public FormulaHandling Formulas { get; init; }

    /// <summary>Who gets a mail when the export ends.</summary>
    public string? NotifyEmail { get; init; }

    /// <summary>Where a signed notice is posted when the export ends: an <c>https</c> address.</summary>
    public string? NotifyUrl { get; init; }
}

/// <summary>What happens to cells that look like formulas. Stored by name: never rename.</summary>
public enum FormulaHandling
{
    Escape = 0,
    Raw = 1,
}
