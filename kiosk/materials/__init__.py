"""Materials: sheets of core/paper become files: PDF, PNG, outdoor frames. Loaded only when somebody prints."""
