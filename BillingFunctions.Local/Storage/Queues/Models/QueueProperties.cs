using System.Globalization;
using BillingFunctions.Local.Storage.Blobs;

namespace Azure.Storage.Queues.Models;

/// <summary>What is known of a queue.</summary>
public class QueueProperties
{
    /// <summary>For a stand-in in tests.</summary>
    public QueueProperties()
    {
        Metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
    }

    internal QueueProperties(Response response)
    {
        ApproximateMessagesCountLong = long.Parse(response.Text("x-ms-approximate-messages-count") ?? "0", CultureInfo.InvariantCulture);
        Metadata = BlobHeaders.MetadataOf(response);
    }

    /// <summary>As <see cref="ApproximateMessagesCountLong"/>.</summary>
    /// <exception cref="OverflowException">There are more than an <see cref="int"/> can say.</exception>
    public int ApproximateMessagesCount => checked((int)ApproximateMessagesCountLong);

    /// <summary>How many messages there are, hidden ones included: never too low, possibly too high.</summary>
    public long ApproximateMessagesCountLong { get; }

    /// <summary>What is kept beside the queue.</summary>
    public IDictionary<string, string> Metadata { get; }
}
