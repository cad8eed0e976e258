using BillingFunctions.Platform.Durable;

namespace BillingFunctions.Exports;

/// <summary>How a run ended.</summary>
/// <param name="Status">Completed, failed or canceled.</param>
/// <param name="State">How far it came.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="File">What it made.</param>
public sealed record ExportEnd(ExportStatus Status, ExportState State, string? Error = null, ExportedFile? File = null) : IRequest
{
    string IRequest.Key => $"finish {Status}";

    public static ExportEnd Complete(ExportState state) => new(ExportStatus.Completed, state);

    public static ExportEnd Failed(ExportState state, string error) => new(ExportStatus.Failed, state, error);

    public static ExportEnd Canceled(ExportState state) => new(ExportStatus.Canceled, state);
}

/// <summary>The finished file.</summary>
/// <param name="Path"><c>container/prefix/name</c>.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its digest, hexadecimal.</param>
public sealed record ExportedFile(string Path, long Bytes, string Sha256);
