using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.CustomerUploads.Rows;

namespace BillingFunctions.CustomerUploads.Ingest;

/// <summary>The rows between two checkpoints. Where it ends depends on where it begins, and on nothing else.</summary>
internal sealed class IngestChunk(CustomerRowReader reader, IngestLimits limits)
{
    private readonly List<UploadedCustomer> _customers = [];
    private readonly List<FailedRow> _failed = [];
    private long? _start;
    private long _end;

    public IReadOnlyList<UploadedCustomer> Customers => _customers;

    public IReadOnlyList<FailedRow> Failed => _failed;

    public int Rows => _customers.Count + _failed.Count;

    public bool IsFull => Rows >= limits.ChunkRows || _end - _start >= limits.ChunkBytes;

    public void Add(UploadedRow row)
    {
        _start ??= row.Offset;
        _end = row.Offset;
        var errors = new List<RowError>();
        if (reader.Read(row, errors) is { } customer)
        {
            _customers.Add(customer);
        }
        else
        {
            _failed.Add(new FailedRow(row, errors));
        }
    }

    /// <summary>The upload with these rows done.</summary>
    public CustomerUpload AddTo(CustomerUpload upload) => upload with
    {
        Status = UploadStatus.Running,
        Error = null,
        Progress = new UploadProgress(
            upload.Progress.Rows + Rows,
            upload.Progress.Accepted + _customers.Count,
            upload.Progress.Rejected + _failed.Count,
            upload.Progress.Chunks + 1,
            _end),
        Errors = [.. upload.Errors.Concat(_failed.SelectMany(row => row.Errors)).Take(CustomerUpload.ShownErrors)],
    };
}
