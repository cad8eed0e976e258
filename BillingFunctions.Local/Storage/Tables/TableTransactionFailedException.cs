using System.Globalization;
using BillingFunctions.Local.Storage.Tables;

namespace Azure.Data.Tables;

/// <summary>A transaction was refused; nothing of it was stored.</summary>
public class TableTransactionFailedException : RequestFailedException
{
    /// <param name="requestFailedException">What the service answered.</param>
    public TableTransactionFailedException(RequestFailedException requestFailedException)
        : base(
            NotNull(requestFailedException).Status,
            requestFailedException.Message,
            requestFailedException.ErrorCode,
            requestFailedException.InnerException)
    {
        foreach (var key in requestFailedException.Data.Keys)
        {
            base.Data[key] = requestFailedException.Data[key];
        }

        if (requestFailedException.Data[TableErrorParser.FailedIndex] is string text && int.TryParse(text, CultureInfo.InvariantCulture, out var index))
        {
            FailedTransactionActionIndex = index;
        }
    }

    /// <summary>The place of the refused action in the list that was submitted, from 0; null if the service named none.</summary>
    public int? FailedTransactionActionIndex { get; }

    private static RequestFailedException NotNull(RequestFailedException exception)
    {
        ArgumentNullException.ThrowIfNull(exception, "requestFailedException");
        return exception;
    }
}
