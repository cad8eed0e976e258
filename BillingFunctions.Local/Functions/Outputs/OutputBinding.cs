namespace BillingFunctions.Local.Functions;

/// <summary>Sends a value, not null, to where an output goes. It is not cancelled: the function has ended well and must not run again.</summary>
internal delegate Task OutputBinding(object value);
