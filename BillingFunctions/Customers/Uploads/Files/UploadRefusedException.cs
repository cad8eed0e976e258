namespace BillingFunctions.Customers.Uploads;

/// <summary>A file that is not taken at all; the message tells the one who sent it why.</summary>
internal sealed class UploadRefusedException(string reason) : Exception(reason);
