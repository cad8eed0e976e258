using System.Buffers;
using System.Text;
using Azure;
using Azure.Data.Tables;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>The multipart body of a transaction: one change set with a part for each action.</summary>
internal sealed class TransactionBody(string tableAddress)
{
    private const int MaxActions = 100;
    private const int MaxBytes = 4 * 1024 * 1024;

    private readonly string _changeSet = $"changeset_{Guid.NewGuid()}";
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private string? _partitionKey;

    public string Boundary { get; } = $"batch_{Guid.NewGuid()}";

    public int Count { get; private set; }

    /// <exception cref="TableTransactionFailedException">The transaction is over a limit, or of two partitions.</exception>
    public void Add(TableTransactionAction action)
    {
        if (Count == 0)
        {
            Text($"--{Boundary}\r\nContent-Type: multipart/mixed; boundary={_changeSet}\r\n\r\n");
        }

        _partitionKey ??= action.Entity.PartitionKey;
        try
        {
            Check(action);
            Write(action);
        }
        catch (RequestFailedException exception)
        {
            exception.Data[TableErrorParser.FailedIndex] = Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
            throw new TableTransactionFailedException(exception);
        }

        Count++;
    }

    /// <summary>The finished body.</summary>
    /// <exception cref="RequestFailedException">It is over 4 MiB.</exception>
    public ReadOnlyMemory<byte> Close()
    {
        Text($"--{_changeSet}--\r\n--{Boundary}--\r\n");
        return _buffer.WrittenCount <= MaxBytes
            ? _buffer.WrittenMemory
            : throw TableErrors.TransactionTooLarge();
    }

    private void Check(TableTransactionAction action)
    {
        if (Count == MaxActions)
        {
            throw TableErrors.TooManyActions();
        }

        if (action.Entity.PartitionKey != _partitionKey)
        {
            throw TableErrors.TwoPartitions();
        }
    }

    private void Write(TableTransactionAction action)
    {
        Text($"--{_changeSet}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n");
        Text($"{Method(action.ActionType)} {Address(action)} HTTP/1.1\r\n");
        Text("Accept: application/json;odata=minimalmetadata\r\nDataServiceVersion: 3.0\r\nPrefer: return-no-content\r\n");
        if (IfMatch(action) is { } condition)
        {
            Text($"If-Match: {condition}\r\n");
        }

        if (action.ActionType == TableTransactionActionType.Delete)
        {
            Text("\r\n");
            return;
        }

        Text("Content-Type: application/json\r\n\r\n");
        EntityJson.Write(_buffer, action.Entity);
        Text("\r\n");
    }

    private static string Method(TableTransactionActionType type) => type switch
    {
        TableTransactionActionType.Add => "POST",
        TableTransactionActionType.UpdateMerge or TableTransactionActionType.UpsertMerge => "PATCH",
        TableTransactionActionType.UpdateReplace or TableTransactionActionType.UpsertReplace => "PUT",
        TableTransactionActionType.Delete => "DELETE",
        _ => throw new InvalidOperationException("Unknown request type."),
    };

    private string Address(TableTransactionAction action) => action.ActionType == TableTransactionActionType.Add
        ? tableAddress
        : tableAddress + EntityAddress.Of(action.Entity.PartitionKey, action.Entity.RowKey);

    // As the vendor's client: an update without an ETag has no condition at all and therefore also inserts.
    private static string? IfMatch(TableTransactionAction action) => action.ActionType switch
    {
        TableTransactionActionType.Delete => action.ETag == default ? "*" : action.ETag.ToString(),
        TableTransactionActionType.UpdateMerge or TableTransactionActionType.UpdateReplace when action.ETag != default =>
            action.ETag.ToString(),
        _ => null,
    };

    private void Text(string text) => Encoding.UTF8.GetBytes(text, _buffer);
}
